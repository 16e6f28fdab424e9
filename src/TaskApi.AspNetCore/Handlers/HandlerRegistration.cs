using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Work;

namespace TaskApi.AspNetCore.Handlers;

/// <summary>Registers handlers, and with the first one what runs them. What is wrong with one is said at once.</summary>
internal static class HandlerRegistration
{
    /// <summary>Registers a class.</summary>
    public static void AddHandlerClass(this IServiceCollection services, Type handler, string type, Action<HandlerOptions>? configure)
    {
        services.AddHandler(type, configure, json => ClassHandlers.Read(handler, services.Any(service => service.ServiceType == handler), json));
        services.TryAddScoped(handler);
    }

    /// <summary>Registers a lambda.</summary>
    public static void AddHandlerDelegate(this IServiceCollection services, Delegate handler, string type, Action<HandlerOptions>? configure) =>
        services.AddHandler(type, configure, json => DelegateHandlers.Read(handler, json));

    private static void AddHandler(this IServiceCollection services, string type, Action<HandlerOptions>? configure, Func<HandlerJson, HandlerParts> read)
    {
        HandlerCatalogue.CheckType(type);
        var options = new HandlerOptions();
        configure?.Invoke(options);
        if (options.MaxRunning is < 1 or > 100_000)
            throw new ArgumentException($"MaxRunning of the handler for '{type}' must be from 1 to 100,000, not {options.MaxRunning}.", nameof(configure));
        services.Catalogue().Add(new JsonHandler(type, options, read(new HandlerJson(options.Json))));
    }

    private static HandlerCatalogue Catalogue(this IServiceCollection services)
    {
        if (services.FirstOrDefault(static service => service.ServiceType == typeof(HandlerCatalogue))?.ImplementationInstance is HandlerCatalogue there)
            return there;
        var catalogue = new HandlerCatalogue();
        services.AddSingleton(catalogue);
        services.AddSingleton<HandlerRunner>();
        services.AddHostedService<HandlerService>();
        services.AddSingleton<IValidateOptions<TaskOptions>, HandlerStorageCheck>();
        return catalogue;
    }
}
