using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace TaskApi.Engine.Configuration;

/// <summary>Options from sections of the configuration: a wrong setting stops the start with a sentence that names it.</summary>
internal static class Settings
{
    /// <summary>Binds <paramref name="section"/> to <typeparamref name="TOptions"/> and checks them by their data annotations before anything starts.</summary>
    public static void AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().Configure<IConfiguration>((options, configuration) => Bind(options, configuration.GetSection(section))).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(new AnnotationValidator<TOptions>(section));
    }

    private static void Bind<TOptions>(TOptions options, IConfigurationSection section)
        where TOptions : class
    {
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            // Not of the setting's type: the binder names it.
            throw new OptionsValidationException(Microsoft.Extensions.Options.Options.DefaultName, typeof(TOptions), [exception.Message]);
        }
    }

    private sealed class AnnotationValidator<TOptions>(string section) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var broken = new List<ValidationResult>();
            foreach (var setting in typeof(TOptions).GetProperties())
            {
                var context = new ValidationContext(options) { MemberName = setting.Name, DisplayName = $"{section}:{setting.Name}" };
                Validator.TryValidateProperty(setting.GetValue(options), context, broken);
            }

            return broken.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(broken.Select(static result => result.ErrorMessage!));
        }
    }
}
