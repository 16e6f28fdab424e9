using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Security;
using TaskApi.Engine.Configuration;
using TaskApi.Handlers;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>Calling URLs, which every program with tasks can.</summary>
internal static class DeliverySetup
{
    /// <summary>Registers it, for what runs handlers to find.</summary>
    public static void AddDelivery(this IServiceCollection services)
    {
        services.AddSettings<DeliveryOptions>(DeliveryOptions.Section);
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryValidator>();
        services.AddSingleton<IValidateOptions<SecurityOptions>, DeliveryValidator>();
        services.TryAddSingleton<NameResolver>(static host => Task.FromResult(Dns.GetHostAddresses(host)));
        services.AddSingleton<NameLookups>();
        services.AddSingleton<DeliveryTargets>();
        services.AddSingleton<DeliveryConnections>();
        services.AddSingleton<DeliveryClient>();
        services.AddSingleton<DeliveryGate>();
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<DeliveryRequest>();
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton<BuiltInHandler, DeliveryHandler>();
    }
}
