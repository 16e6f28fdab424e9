using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Configuration;

namespace TaskApi.AspNetCore.Http.Limits;

internal static class LimitExtensions
{
    /// <summary>Registers the limits, and sets up what keeps them outside of the routes.</summary>
    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddSettings<LimitOptions>(LimitOptions.Section);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitOptions>>(ServerLimits.Apply);
        services.AddOptions<ApiJsonOptions>().Configure<IOptions<LimitOptions>>(static (json, limits) => json.SerializerOptions.MaxDepth = limits.Value.MaxJsonDepth);
        return services.AddSingleton<OpenCalls>().AddSingleton<CallMemory>();
    }
}
