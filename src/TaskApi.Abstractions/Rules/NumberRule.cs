using System.Globalization;

namespace TaskApi.Rules;

/// <summary>From which number to which a field may be.</summary>
internal sealed class NumberRule : FieldRule
{
    private NumberRule(int least, int most, bool isAbove, string allowed, string fault)
        : base(allowed, fault) => (Least, Most, IsAbove) = (least, most, isAbove);

    /// <summary>The least number.</summary>
    public int Least { get; }

    /// <summary>The greatest number.</summary>
    public int Most { get; }

    /// <summary>True: it must be greater than <see cref="Least"/>.</summary>
    public bool IsAbove { get; }

    /// <summary>A number from one to the other.</summary>
    public static NumberRule From(int least, int most) => new(
        least, most, isAbove: false, string.Create(CultureInfo.InvariantCulture, $"{least:N0} to {most:N0}"), string.Create(CultureInfo.InvariantCulture, $"must be from {least} to {most}."));

    /// <summary>A number above one, up to the other.</summary>
    public static NumberRule Above(int least, int most) => new(
        least, most, isAbove: true, string.Create(CultureInfo.InvariantCulture, $"above {least:N0}, up to {most:N0}"), string.Create(CultureInfo.InvariantCulture, $"must be above {least} and at most {most}."));

    /// <summary>True for a number that is allowed.</summary>
    public bool Allows(double number) => (IsAbove ? number > Least : number >= Least) && number <= Most;

    /// <summary>The fault of a time that breaks the rule, where the rule counts seconds; null for none.</summary>
    public string? FaultIn(TimeSpan time) => Allows(time.TotalSeconds) ? null : $"must be {(IsAbove ? "above" : "from")} {Least}{(IsAbove ? ", and up" : "")} to {Days(Most)}.";

    private static string Days(int seconds) => TimeSpan.FromSeconds(seconds) switch
    {
        { Days: 1 } => "1 day",
        var time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.###} days"),
    };
}
