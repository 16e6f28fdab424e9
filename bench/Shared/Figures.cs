using System.Globalization;

namespace TaskApi.Bench;

/// <summary>Figures as people read them.</summary>
internal static class Figures
{
    /// <summary>1,234,567.</summary>
    public static string Count(double count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>One, 2.5 or 10 M.</summary>
    public static string Short(long count) => count switch
    {
        >= 1_000_000 => (count / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        >= 10_000 => (count / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + " k",
        _ => Count(count),
    };

    /// <summary>Milliseconds, to a hundredth.</summary>
    public static string Ms(double milliseconds) => milliseconds.ToString("0.00", CultureInfo.InvariantCulture) + " ms";

    /// <summary>Mebibytes.</summary>
    public static string Mib(double bytes) => Count(bytes / (1 << 20)) + " MiB";

    /// <summary>A percentage, to a tenth.</summary>
    public static string Percent(double fraction) => (fraction * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
