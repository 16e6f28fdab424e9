using Microsoft.Extensions.Options;
using TaskApi.Engine.Configuration;

namespace TaskApi.Starting;

/// <summary>
/// Settings that don't exist: a mistyped one would be ignored without a word, and tasks that somebody believes to be on disk be in memory.
/// In the service's own sections every name has to be known, and so has every argument. Elsewhere the environment is full of what
/// others need; there only what is one of our names but for a slip is a mistake.
/// </summary>
internal sealed class NamesCheck(KnownSettings known, IConfiguration configuration, IEnumerable<CommandLine> commandLines) : IValidateOptions<StartSettings>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, StartSettings options)
    {
        var faults = new List<string>();
        var arguments = commandLines.SelectMany(static commandLine => commandLine.Keys).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var commandLine in commandLines)
            faults.AddRange(commandLine.Faults);
        // A test's host passes on the whole of its configuration, with what the keys are in.
        faults.AddRange(arguments.Where(key => !known.IsOurs(key) && !HostSettings.IsKnown(key) && !arguments.Any(other => other.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase))).Select(key => Sentence("--", key)));

        foreach (var (key, value) in configuration.AsEnumerable().Where(setting => !arguments.Contains(setting.Key)))
        {
            var isOurs = known.Sections.Any(section => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));
            // A key without a value is what the keys below it are in.
            if (isOurs && !known.IsOurs(key) && (value is not null || !configuration.GetSection(key).GetChildren().Any()))
                faults.Add(Sentence("", key));
            else if (!isOurs && !HostSettings.IsKnown(key) && known.MeantBy(key) is { } meant)
                faults.Add($"There is no setting {key}; did you mean {meant}{(key.Contains(':', StringComparison.Ordinal) ? "" : $" ({meant.Replace(":", "__", StringComparison.Ordinal)} in the environment)")}?");
        }

        return StartSettings.Result(faults);
    }

    private string Sentence(string prefix, string key) => $"There is no setting {prefix}{key}; the nearest is {prefix}{known.Nearest(key)}. {HelpCommand.Name} lists all.";
}
