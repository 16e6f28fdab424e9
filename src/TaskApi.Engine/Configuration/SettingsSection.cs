using System.Collections;
using System.Reflection;

namespace TaskApi.Engine.Configuration;

/// <summary>A section of the configuration that is this service's own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it is bound to. Several types may share a section.</param>
internal sealed record SettingsSection(string Name, Type Type)
{
    /// <summary>The settings in it, as their type has them.</summary>
    public IReadOnlyList<SettingInfo> Settings { get; } = [.. Type.GetProperties().Select(property => new SettingInfo(Name, property))];

    /// <summary>True if the property has settings by name: those of queues, say.</summary>
    public static bool IsByName(PropertyInfo property) => property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(Dictionary<,>);

    /// <summary>What each element is of a setting that is a list or by name; null of another.</summary>
    public static Type? ElementOf(Type setting) => setting.IsGenericType ? setting.GetGenericArguments()[^1] : null;

    /// <summary>True if elements are texts, and have no settings of their own.</summary>
    public static bool IsText(Type element) => element == typeof(string);

    /// <summary>What is wrong with the texts that are configured.</summary>
    public IEnumerable<string?> FaultsOf(IConfigurationSection section)
    {
        foreach (var setting in Settings)
        {
            if (section.GetSection(setting.Property.Name) is { Value: { } text }) yield return setting.FaultOf(text);
            if (ElementOf(setting.Property.PropertyType) is not { } element || IsText(element)) continue;
            foreach (var part in section.GetSection(setting.Property.Name).GetChildren())
                foreach (var fault in new SettingsSection(part.Path, element).FaultsOf(part)) yield return fault;
        }
    }

    /// <summary>What is wrong with the values that they have.</summary>
    public IEnumerable<string?> FaultsOf(object options)
    {
        foreach (var setting in Settings)
        {
            var value = setting.Property.GetValue(options);
            yield return setting.FaultOf(value);
            if (!IsByName(setting.Property)) continue;
            foreach (DictionaryEntry named in (IDictionary)value!)
                foreach (var fault in new SettingsSection($"{setting.Key}:{named.Key}", named.Value!.GetType()).FaultsOf(named.Value)) yield return fault;
        }
    }
}
