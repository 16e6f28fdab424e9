using Microsoft.Extensions.Options;

namespace TaskApi.Engine.Configuration;

/// <summary>Options from sections of the configuration: a wrong setting stops the start with a sentence that names it.</summary>
internal static class Settings
{
    /// <summary>
    /// Binds <paramref name="section"/> to <typeparamref name="TOptions"/> and checks them by their data annotations before anything starts. From
    /// then on <c>--help</c> lists them, and every other name in the section is unknown.
    /// </summary>
    public static void AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        var declared = new SettingsSection(section, typeof(TOptions));
        services.AddSingleton(declared);
        services.AddOptions<TOptions>().ValidateOnStart().Configure<IConfiguration, IOptions<StartSettings>>((options, configuration, start) =>
        {
            // Names before values: of a mistyped one, only what it left out would be seen otherwise.
            _ = start.Value;
            Bind(options, configuration.GetSection(section), declared);
        });
        services.AddSingleton<IValidateOptions<TOptions>>(new ValueCheck<TOptions>(declared));
    }

    private static void Bind<TOptions>(TOptions options, IConfigurationSection section, SettingsSection declared)
        where TOptions : class
    {
        // The binder would say what it can't convert in the words of .NET, and read times otherwise than they are meant.
        var faults = declared.FaultsOf(section).OfType<string>().ToArray();
        if (faults.Length > 0)
            throw new OptionsValidationException(Microsoft.Extensions.Options.Options.DefaultName, typeof(TOptions), faults);
        section.Bind(options);
    }

    private sealed class ValueCheck<TOptions>(SettingsSection declared) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var faults = declared.FaultsOf((object)options).OfType<string>().ToArray();
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
