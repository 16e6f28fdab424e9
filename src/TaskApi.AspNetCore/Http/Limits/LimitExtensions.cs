using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Configuration;

namespace TaskApi.AspNetCore.Http.Limits;

internal static class LimitExtensions
{
    /// <summary>Registers the limits, and what keeps them.</summary>
    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddSettings<LimitOptions>(LimitOptions.Section);
        services.AddOptions<ApiJsonOptions>().Configure<IOptions<LimitOptions>>(static (json, limits) => json.MaxDepth = limits.Value.MaxJsonDepth);
        return services.AddSingleton<OpenCalls>().AddSingleton<CallMemory>();
    }
}
