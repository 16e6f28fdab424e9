using System.Globalization;
using TaskApi.Engine.Model;
using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Engine.Model;

/// <summary>
/// Expressions mean what they mean to other parsers, where those agree (tests/cron-vectors/generate.py), and to the tests that Cronos has for itself
/// (tests/cron-vectors/from_cronos.py).
/// </summary>
public sealed class CronVectorTests
{
    private static readonly string[] _vectors = RepositoryFile.Read("tests/cron-vectors/vectors.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[][] _cronos =
        [.. RepositoryFile.Read("tests/cron-vectors/cronos.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => line[0] != '#').Select(static line => line.Split(';'))];

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

    [Fact]
    public void Next_OfAnExpression_IsWhatCronosExpectsOfItself()
    {
        var occurrences = _cronos.Where(static parts => parts[1] != "wrong").ToList();
        var wrong = occurrences.Where(static parts => Next(parts) != parts[4]).Select(static parts => $"{string.Join(';', parts)}: {Next(parts)}");

        Assert.True(occurrences.Count >= 1100);
        Assert.Empty(wrong);
    }

    // The place of the fault is told by the name of the field.
    [Fact]
    public void Parse_WhatCronosRefuses_IsRefusedAtTheSamePlace()
    {
        var refused = _cronos.Where(static parts => parts[1] == "wrong").ToList();
        var wrong = refused.Where(static parts => CronText.Parse(parts[0], out var fault) is not null || !fault!.Contains(parts[2], StringComparison.OrdinalIgnoreCase));

        Assert.True(refused.Count >= 250);
        Assert.Empty(wrong.Select(static parts => string.Join(';', parts)));
    }

    private static string Next(string[] vector)
    {
        var timing = new ScheduleTiming { Cron = vector[0], TimeZone = vector[1] };
        var from = DateTimeOffset.Parse(vector[2], CultureInfo.InvariantCulture);
        return timing.Next(vector[3] == "from" ? from.AddTicks(-1) : from, default)?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "never";
    }

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
