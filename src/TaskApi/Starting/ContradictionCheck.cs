using Microsoft.Extensions.Options;
using TaskApi.Engine.Configuration;

namespace TaskApi.Starting;

/// <summary>Settings that are right each by itself, and can't all be meant.</summary>
internal sealed class ContradictionCheck(IConfiguration configuration) : IValidateOptions<StartSettings>
{
    private static readonly (string Place, string Storage)[] _places = [("Tasks:StoragePath", "Sqlite"), ("ConnectionStrings:Tasks", "Postgres")];

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, StartSettings options)
    {
        var faults = new List<string>();
        // Who says Memory means it. Who says nothing, but where to keep tasks, believes that they are kept.
        if (string.IsNullOrEmpty(configuration["Tasks:Storage"]))
        {
            foreach (var (place, storage) in _places)
            {
                if (!string.IsNullOrEmpty(configuration[place]))
                    faults.Add($"{place} is set, but tasks would be kept in memory, because Tasks:Storage is not: set it to {storage}, or to Memory.");
            }
        }

        if (IsAboveZero("Limits:RequestBurst") && !IsAboveZero("Limits:RequestsPerSecond"))
            faults.Add("Limits:RequestBurst is set, but limits nothing without Limits:RequestsPerSecond.");
        return StartSettings.Result(faults);
    }

    private bool IsAboveZero(string key) => int.TryParse(configuration[key], System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0;
}
