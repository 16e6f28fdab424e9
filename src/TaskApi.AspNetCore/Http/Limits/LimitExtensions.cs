using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api;
using TaskApi.AspNetCore.Http.Bodies;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Configuration;

namespace TaskApi.AspNetCore.Http.Limits;

internal static class LimitExtensions
{
    /// <summary>Registers the limits, and sets up what keeps them outside of the routes.</summary>
    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddSettings<LimitOptions>(LimitOptions.Section);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitOptions>>(ServerLimits.Apply);
        services.AddOptions<JsonOptions>().Configure<IOptions<LimitOptions>>(static (json, limits) => json.SerializerOptions.MaxDepth = limits.Value.MaxJsonDepth);
        return services.AddSingleton<OpenCalls>().AddSingleton<CallMemory>();
    }

    /// <summary>Limits every route of a group: its bodies, and how many of its calls are held open. Applied when all routes are mapped, whatever they say.</summary>
    public static TBuilder WithLimits<TBuilder>(this TBuilder group)
        where TBuilder : IEndpointConventionBuilder
    {
        group.WithProblems(ProblemTypes.RateLimited, ProblemTypes.CapacityReached).Finally(static endpoint =>
        {
            var services = endpoint.ApplicationServices;
            var limits = services.GetRequiredService<IOptions<LimitOptions>>().Value;
            endpoint.Metadata.Add(new BodyLimit(endpoint.Metadata.Contains(BodyLimit.Batch) ? limits.MaxBatchBodyBytes : limits.MaxBodyBytes));
            endpoint.RequestDelegate = new HeldOpenEndpoint(
                endpoint.RequestDelegate!, endpoint.Metadata.OfType<HeldOpen>().LastOrDefault(), services.GetRequiredService<OpenCalls>()).InvokeAsync;
        });
        return group;
    }
}
