using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Work;

/// <summary>How many tasks a second workers get and finish over HTTP, a hundred a call, outcomes and all. The workers do nothing, and share the cores.</summary>
internal static class WorkersCommand
{
    private const int WarmUp = 200_000;

    public static async Task RunAsync(Service service, Arguments arguments, CancellationToken cancellationToken)
    {
        var (count, workers, max) = (arguments.Number("count", 500_000), arguments.Number("workers", 4), arguments.Number("max", 100));
        var target = arguments.Number("target", 50_000);
        var rounds = arguments.Number("rounds", 3);
        await MeasureAsync(service, Math.Min(count, WarmUp), workers, max, cancellationToken);
        var rates = new Sample();
        for (var i = 0; i < rounds; i++) rates.Add(await MeasureAsync(service, count, workers, max, cancellationToken));
        TableRow.Write(
            $"Acquired by {workers} workers over HTTP, {max} a call, and finished with the next one, {Figures.Short(count)} in each of {rounds} rounds",
            $"{Figures.Count(rates.At(0.5))}/s", $"≥ {Figures.Count(target)}/s", rates.At(0.5) >= target);
    }

    private static async Task<double> MeasureAsync(Service service, int count, int workers, int max, CancellationToken cancellationToken)
    {
        await TaskStream.CreateAsync(service.Url, WorkLines.Of(count, "work"), onTask: null, cancellationToken);
        var before = (await service.GetStatsAsync(cancellationToken)).Completed;
        var began = Clock.Mark();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(number => Task.Run(() => WorkAsync(service, $"w{number}", max, cancellationToken), cancellationToken)));
        var rate = count / Clock.Since(began).TotalSeconds;
        var done = (await service.GetStatsAsync(cancellationToken)).Completed - before;
        if (done != count) throw new InvalidDataException($"{count} tasks were created, and {done} finished.");
        await Console.Error.WriteLineAsync($"  {Figures.Count(rate)}/s");
        return rate;
    }

    private static async Task WorkAsync(Service service, string name, int max, CancellationToken cancellationToken)
    {
        using var connection = await HttpConnection.OpenAsync(service.Url, 256 * 1024, cancellationToken);
        var worker = new WorkerConnection(connection, $"\"worker\":\"{name}\",\"queues\":[\"work\"],\"max\":{max}");
        do await worker.AcquireAsync("\"result\":1", cancellationToken);
        while (worker.Tokens.Count > 0);
    }
}
