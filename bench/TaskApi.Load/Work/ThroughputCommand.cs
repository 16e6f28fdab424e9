using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Work;

/// <summary>How many tasks a second are created over HTTP, run by a program's handler, and finished: both at once, until the last is done.</summary>
internal static class ThroughputCommand
{
    private const int WarmUp = 300_000;

    public static async Task RunAsync(Service service, Arguments arguments, CancellationToken cancellationToken)
    {
        var count = arguments.Number("count", 1_000_000);
        var target = arguments.Number("target", 150_000);
        var streams = arguments.Number("streams", 2);
        var rounds = arguments.Number("rounds", 3);
        await MeasureAsync(service, Math.Min(count, WarmUp), streams, cancellationToken);
        var rates = new Sample();
        for (var i = 0; i < rounds; i++) rates.Add(await MeasureAsync(service, count, streams, cancellationToken));
        TableRow.Write(
            $"Created by NDJSON over HTTP, run by a handler that does nothing, and finished, {Figures.Short(count)} in each of {rounds} rounds",
            $"{Figures.Count(rates.At(0.5))}/s", $"≥ {Figures.Count(target)}/s", rates.At(0.5) >= target);
    }

    private static async Task<double> MeasureAsync(Service service, int count, int streams, CancellationToken cancellationToken)
    {
        var before = (await service.GetStatsAsync(cancellationToken)).Completed;
        var began = Clock.Mark();
        var creating = Enumerable.Range(0, streams).Select(_ => TaskStream.CreateAsync(service.Url, WorkLines.Of(count / streams, "noop"), onTask: null, cancellationToken)).ToArray();
        var created = (await Task.WhenAll(creating)).Sum();
        var createdIn = Clock.Since(began);
        while ((await service.GetStatsAsync(cancellationToken)).Completed < before + created) await Clock.DelayAsync(TimeSpan.FromMilliseconds(5), cancellationToken);
        var rate = created / Clock.Since(began).TotalSeconds;
        await Console.Error.WriteLineAsync($"  {Figures.Count(created / createdIn.TotalSeconds)}/s created, {Figures.Count(rate)}/s created and finished");
        return rate;
    }
}
