namespace TaskApi.Engine.Configuration;

/// <summary>What <c>--help</c> and the documentation say of a setting. Its range is that of its <see cref="System.ComponentModel.DataAnnotations.RangeAttribute"/>.</summary>
/// <param name="text">What it is, in a line.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingAttribute(string text) : Attribute
{
    /// <summary>What it is.</summary>
    public string Text { get; } = text;

    /// <summary>What it is measured in; null for what isn't, and for times, which have a format of their own.</summary>
    public string? Unit { get; set; }

    /// <summary>The default in words, where it isn't always the same or needs an explanation.</summary>
    public string? Default { get; set; }
}
