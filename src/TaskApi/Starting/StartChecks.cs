using Microsoft.Extensions.Options;
using TaskApi.Engine.Configuration;

namespace TaskApi.Starting;

/// <summary>What is checked of the configuration as a whole.</summary>
internal static class StartChecks
{
    /// <summary>Registers the checks.</summary>
    public static void AddStartChecks(this IServiceCollection services)
    {
        services.AddOptions<StartSettings>().ValidateOnStart();
        services.AddSingleton<KnownSettings>();
        services.AddSingleton<IValidateOptions<StartSettings>, NamesCheck>();
        services.AddSingleton<IValidateOptions<StartSettings>, HostCheck>();
        services.AddSingleton<IValidateOptions<StartSettings>, ContradictionCheck>();
    }
}
