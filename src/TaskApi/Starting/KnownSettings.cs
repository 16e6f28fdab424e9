using System.Globalization;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Configuration;

namespace TaskApi.Starting;

/// <summary>The settings that there are: those of this service's sections, and those of its host that it documents.</summary>
/// <param name="sections">The sections.</param>
internal sealed class KnownSettings(IEnumerable<SettingsSection> sections)
{
    // Two slips in a name as long as ours are a slip; in another program's name, they are no accident.
    private const int Slips = 2;

    private const string ByName = "{name}";

    private readonly SettingsSection[] _sections = [.. sections];
    private readonly string[] _names = [.. sections.SelectMany(static section => Names(section.Name, section.Type)), .. HostSettings.All.Select(static setting => setting.Key)];

    /// <summary>The sections that are this service's own: what is in them and unknown is a mistake.</summary>
    public IEnumerable<string> Sections => _sections.Select(static section => section.Name).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>True if the key is in one of the sections, and there is such a setting.</summary>
    public bool IsOurs(string key)
    {
        var path = key.Split(':');
        return _sections.Any(section => section.Name.Equals(path[0], StringComparison.OrdinalIgnoreCase) && IsIn(section.Type, path.AsSpan(1)));
    }

    /// <summary>The setting whose name is the most like <paramref name="key"/>; also found by its last part alone.</summary>
    public string Nearest(string key) => _names.Select(name => WithPlaceOf(key, name)).MinBy(name => Distance(key, name))!;

    /// <summary>The setting that is certainly meant by a key that isn't ours: its name with a slip or two. Null if there is none.</summary>
    public string? MeantBy(string key) => _names.Select(name => WithPlaceOf(key, name))
        .FirstOrDefault(name => name.Contains(':', StringComparison.Ordinal) && Math.Abs(name.Length - key.Length) <= Slips && EditDistance.Between(key, name) is > 0 and <= Slips);

    private static int Distance(string key, string name) =>
        Math.Min(EditDistance.Between(key, name), Math.Min(EditDistance.Between(key, LastPart(name)), EditDistance.Between(LastPart(key), LastPart(name))) + 1);

    // A place in a list says nothing.
    private static string LastPart(string name)
    {
        var named = name.TrimEnd("0123456789".ToCharArray()).TrimEnd(':');
        return named[(named.LastIndexOf(':') + 1)..];
    }

    // In the name of a setting of a list, # stands for the place in it; of one by name, {name} for that.
    private static string WithPlaceOf(string key, string name) => name.Contains(ByName, StringComparison.Ordinal)
        ? key.Split(':') is [_, _, var named, ..] ? name.Replace(ByName, named, StringComparison.Ordinal) : name
        : name.Contains('#', StringComparison.Ordinal) ? name.Replace("#", key.Split(':').FirstOrDefault(static part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)) ?? "0", StringComparison.Ordinal)
        : name;

    private static bool IsIn(Type type, ReadOnlySpan<string> path)
    {
        var name = path is [] ? "" : path[0];
        var property = Array.Find(type.GetProperties(), property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (property is null)
            return false;
        if (SettingsSection.ElementOf(property.PropertyType) is not { } element)
            return path.Length == 1;
        // Whether an element that has parts has them is for the section's own check.
        return path.Length <= 2 || (!SettingsSection.IsText(element) && IsIn(element, path[2..]));
    }

    private static IEnumerable<string> Names(string prefix, Type type) => type.GetProperties().SelectMany(property => SettingsSection.ElementOf(property.PropertyType) switch
    {
        null => [$"{prefix}:{property.Name}"],
        var element when SettingsSection.IsText(element) => [$"{prefix}:{property.Name}:#"],
        var element => Names($"{prefix}:{property.Name}:{(SettingsSection.IsByName(property) ? ByName : "#")}", element),
    });
}
