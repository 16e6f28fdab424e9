using System.Globalization;
using TaskApi.Engine.Model;
using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Engine.Model;

/// <summary>Expressions mean what they mean to other parsers, where those agree: see tests/cron-vectors/generate.py.</summary>
public sealed class CronVectorTests
{
    private static readonly string[] _vectors = RepositoryFile.Read("tests/cron-vectors/vectors.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void Occurrences_OfAnExpression_AreThoseThatOtherParsersSee()
    {
        var wrong = _vectors.Select(static vector => vector.Split(';')).Where(static parts => Occurrences(parts[0], parts[1]) != parts[3]).Select(static parts => $"{parts[0]} from {parts[1]}: {Occurrences(parts[0], parts[1])}");

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("croner", 400)]
    [InlineData("croniter", 380)]
    public void Vectors_AreOfEitherParser(string parser, int count) =>
        Assert.True(_vectors.Count(vector => vector.Split(';')[2].Split('+').Contains(parser)) >= count);

    [Theory]
    [InlineData("L")]
    [InlineData("W")]
    [InlineData("#")]
    [InlineData("MON")]
    [InlineData("JAN")]
    [InlineData("@weekly")]
    [InlineData("0 0 13 * FRI")]
    public void Vectors_HaveWhatExpressionsMayHold(string part) => Assert.Contains(_vectors, vector => vector.Split(';')[0].Contains(part, StringComparison.Ordinal));

    private static string Occurrences(string cron, string from)
    {
        var (timing, after) = (new ScheduleTiming { Cron = cron }, DateTimeOffset.Parse(from, CultureInfo.InvariantCulture));
        var occurrences = new List<string>();
        while (occurrences.Count < 6 && timing.Next(after, default) is { } next)
        {
            after = next;
            occurrences.Add(next.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }

        return string.Join(' ', occurrences);
    }
}
