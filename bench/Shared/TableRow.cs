namespace TaskApi.Bench;

/// <summary>A row of the table of <c>docs/benchmarks.md</c>, written to standard output; everything else goes to standard error.</summary>
internal static class TableRow
{
    /// <summary>Writes a row with a target.</summary>
    /// <param name="what">What was measured.</param>
    /// <param name="figure">The service's figure, with its unit.</param>
    /// <param name="target">What it should be.</param>
    /// <param name="ok">Whether it is.</param>
    public static void Write(string what, string figure, string target, bool ok) => Write(what, figure, "", "", target, ok ? "ok" : "**missed**");

    /// <summary>Writes a row without a target: something to know.</summary>
    public static void Write(string what, string figure) => Write(what, figure, "", "", "", "");

    /// <summary>Writes a row with the figure of something to compare with.</summary>
    public static void Write(string what, string figure, string beside, string ratio, string target, string verdict) =>
        Console.WriteLine($"| {what} | {figure} | {beside} | {ratio} | {target} | {verdict} |");
}
