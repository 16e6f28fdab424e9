using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace TaskApi.Engine.Configuration;

/// <summary>A setting, as its property declares it: the one source of what is checked, and of what <c>--help</c> and the documentation say.</summary>
/// <param name="section">The section that it is in.</param>
/// <param name="property">The property that it is bound to.</param>
internal sealed class SettingInfo(string section, PropertyInfo property)
{
    private readonly SettingAttribute? _declared = property.GetCustomAttribute<SettingAttribute>();
    private readonly RangeAttribute? _range = property.GetCustomAttribute<RangeAttribute>();

    /// <summary>Its full name, as in <c>Tasks:MaxPending</c>.</summary>
    public string Key { get; } = $"{section}:{property.Name}";

    /// <summary>The property.</summary>
    public PropertyInfo Property => property;

    /// <summary>What it is; empty if that isn't declared.</summary>
    public string Text => _declared?.Text ?? "";

    /// <summary>What it is measured in, or how it is written; empty for what needs neither.</summary>
    public string Unit => property.PropertyType == typeof(TimeSpan) ? "d.hh:mm:ss" : _declared?.Unit ?? "";

    /// <summary>The values that it may have, in words; empty if there are no bounds.</summary>
    public string Range => property.PropertyType switch
    {
        { IsEnum: true } type => string.Join(", ", Enum.GetNames(type)),
        var type when type == typeof(bool) => "true, false",
        _ => _range is null ? "" : $"{Words(Bound(_range.Minimum))} to {Words(Bound(_range.Maximum))}",
    };

    /// <summary>What it is where nobody sets it, in words.</summary>
    public string Default => _declared?.Default ?? property.GetValue(Activator.CreateInstance(property.DeclaringType!)) switch
    {
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        string text => text.Length == 0 ? "none" : text,
        Enum choice => choice.ToString(),
        IConvertible number => Words(number),
        _ => "none",
    };

    /// <summary>What is wrong with the text that configures it, as a sentence; null if nothing is.</summary>
    public string? FaultOf(string? text) => property.PropertyType switch
    {
        { IsEnum: true } type => Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase) ? null : Sentence(text),
        var type when type == typeof(bool) => bool.TryParse(text, out _) ? null : Sentence(text),
        var type when type == typeof(int) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? null : Sentence(text),
        var type when type == typeof(long) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? null : Sentence(text),
        var type when type == typeof(TimeSpan) => TimeText.IsTime(text) ? null : Sentence(text),
        // The value isn't repeated: it may be a secret. An empty list of a JSON file is an empty text.
        { IsGenericType: true } when string.IsNullOrEmpty(text) => null,
        { IsGenericType: true } when SettingsSection.IsByName(property) => $"{Key} must be settings by name, each as {Key}:name:….",
        var type when SettingsSection.ElementOf(type) is { } element && SettingsSection.IsText(element) => $"{Key} must be a list: {Key}:0, {Key}:1 and so on.",
        _ => null,
    };

    /// <summary>What is wrong with the value that it has, as a sentence; null if nothing is.</summary>
    public string? FaultOf(object? value)
    {
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (rule.IsValid(value))
                continue;
            return rule switch
            {
                RequiredAttribute => $"{Key} must not be empty.",
                RangeAttribute or EnumDataTypeAttribute => Sentence(Convert.ToString(value, CultureInfo.InvariantCulture)),
                _ => rule.FormatErrorMessage(Key),
            };
        }

        return null;
    }

    private string Sentence(string? given) => $"{Key} must be {Expected()}, not '{given}'.";

    private string Expected() => property.PropertyType switch
    {
        { IsEnum: true } type => OneOf(Enum.GetNames(type)),
        var type when type == typeof(bool) => "true or false",
        var type when type == typeof(TimeSpan) => _range is null ? TimeText.Format : $"from {Range}, as {TimeText.Format}",
        _ => _range is null ? "a whole number" : $"a whole number from {Range}",
    };

    private static string OneOf(string[] names) => $"{string.Join(", ", names[..^1])} or {names[^1]}";

    private IConvertible Bound(object bound) =>
        _range!.OperandType == typeof(TimeSpan) ? TimeText.Words(TimeSpan.Parse((string)bound, CultureInfo.InvariantCulture)) : (IConvertible)bound;

    private string Words(IConvertible value)
    {
        if (value is string text)
            return text;
        var number = value.ToInt64(CultureInfo.InvariantCulture);
        string[] units = ["KiB", "MiB", "GiB", "TiB"];
        var unit = -1;
        while (_declared?.Unit == "bytes" && unit < units.Length - 1 && number >= 1024 && number % 1024 == 0)
            (number, unit) = (number / 1024, unit + 1);
        return number.ToString("N0", CultureInfo.InvariantCulture) + (unit < 0 ? "" : $" {units[unit]}");
    }
}
