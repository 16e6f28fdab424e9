using TaskApi.Engine.Measuring;

namespace TaskApi.Tests.Engine;

public sealed class LatenessHistogramTests
{
    [Fact]
    public void Summarize_BeforeTheFirstCompletion_IsZero() =>
        Assert.Equal(new LatenessSummary(0, 0, 0), new LatenessHistogram().Summarize());

    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(20_000)]
    [InlineData(86_400_000_000)]
    public void Summarize_OneValue_IsExactInEveryFigure(long microseconds)
    {
        var histogram = new LatenessHistogram();
        histogram.Record(microseconds);
        var ms = microseconds / 1000.0;
        Assert.Equal(new LatenessSummary(ms, ms, ms), histogram.Summarize());
    }

    [Fact]
    public void Summarize_ManyValues_IsNeverBelowTheTruthAndAtMostTwoPercentAbove()
    {
        var histogram = new LatenessHistogram();
        var values = Enumerable.Range(0, 100_000).Select(static i => (long)i * i % 9_999_991).ToArray();
        foreach (var value in values) histogram.Record(value);
        Array.Sort(values);
        var summary = histogram.Summarize();
        AssertClose(values[49_999], summary.P50Ms);
        AssertClose(values[98_999], summary.P99Ms);
        Assert.Equal(values[^1] / 1000.0, summary.MaxMs);
    }

    private static void AssertClose(long microseconds, double ms) =>
        Assert.InRange(ms, microseconds / 1000.0, microseconds / 1000.0 * 1.02);
}
