using System.Globalization;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>
/// How punctual the service is with many tasks due every second, while it answers single calls too. For a fresh process:
/// the service's own figures count from its start.
/// </summary>
internal static class PunctualityCommand
{
    private const int RequestsPerSecond = 1000;
    private const int Pollers = 50;
    private const int Waits = 20;

    public static async Task RunAsync(Service service, Arguments arguments, CancellationToken cancellationToken)
    {
        var (rate, seconds) = (arguments.Number("rate", 50_000), arguments.Number("seconds", 10));
        var total = rate * seconds;
        var targetP99Ms = double.Parse(arguments.Text("p99", "1.5"), CultureInfo.InvariantCulture);
        var targetMaxMs = double.Parse(arguments.Text("max", "20"), CultureInfo.InvariantCulture);
        var start = Clock.WholeSecondAfter(TimeSpan.FromSeconds(arguments.Number("lead", 5 + (total / 50_000))));
        var end = start.AddSeconds(seconds);

        var waits = await CreateAsync(service, total, start, rate, cancellationToken);
        if (Clock.Now > start.AddSeconds(-1)) throw new InvalidDataException("Creating the tasks took too long; give it a longer --lead.");
        var pending = (await service.GetStatsAsync(cancellationToken)).Pending;
        await Clock.DelayUntilAsync(start.AddSeconds(-1), cancellationToken);

        var (requests, pollers) = (new PacedRequests(service, RequestsPerSecond), new LongPollers(service));
        using var hiccups = new Hiccups();
        var load = waits.Select(ids => Task.Run(() => pollers.FollowAsync(ids, cancellationToken), cancellationToken)).Append(requests.RunAsync(end, cancellationToken));
        await Task.WhenAll(load);
        var machine = hiccups.Stop();
        Stats stats;
        do
        {
            await Clock.DelayAsync(TimeSpan.FromMilliseconds(200), cancellationToken);
            stats = await service.GetStatsAsync(cancellationToken);
        }
        while (stats.Completed < total);

        var what = $"{Figures.Short(pending)} pending, {Figures.Short(rate)} due/s for {seconds} s";
        TableRow.Write($"{what}: lateness p99", $"{Figures.Ms(stats.P99Ms)} (p50 {Figures.Ms(stats.P50Ms)})", "≤ " + Figures.Ms(targetP99Ms), stats.P99Ms <= targetP99Ms);
        if (targetMaxMs > 0) TableRow.Write("… max", Figures.Ms(stats.MaxMs), "≤ " + Figures.Ms(targetMaxMs), stats.MaxMs <= targetMaxMs);
        else TableRow.Write("… max", Figures.Ms(stats.MaxMs));
        TableRow.Write("… a thread beside it that only sleeps, late", machine);
        await ReadBackAsync(service, total, cancellationToken);
        TableRow.Write(
            $"… {Figures.Count(pollers.Latency.Count)} long-polls, from due to the answer in hand",
            $"p99 {Figures.Ms(pollers.Latency.At(0.99))}, earliest {Figures.Ms(pollers.Latency.Min)}",
            "never early",
            pollers.Latency.Min >= 0);
        TableRow.Write(
            $"… {Figures.Count(requests.Latency.Count)} requests beside it, {Figures.Count(RequestsPerSecond)}/s",
            $"p50 {Figures.Ms(requests.Latency.At(0.5))}, p99 {Figures.Ms(requests.Latency.At(0.99))}, {requests.Errors} errors",
            "no error",
            requests.Errors == 0);
    }

    // Picks tasks to wait for, spread over the whole time; those of one poller are far enough apart to be waited for in turn.
    private static async Task<List<string>[]> CreateAsync(Service service, int total, DateTimeOffset start, int rate, CancellationToken cancellationToken)
    {
        var waits = new List<string>[Pollers];
        for (var i = 0; i < Pollers; i++) waits[i] = [];
        var every = Math.Max(1, total / (Pollers * Waits));
        var chunks = TaskLines.WithDueTimes(total, start, rate);
        var created = await TaskStream.CreateAsync(
            service.Url,
            chunks,
            (number, task) =>
            {
                if (number % every == 0) waits[(int)(number / every % Pollers)].Add(TaskAnswer.IdOf(task));
            },
            cancellationToken);
        if (created != total) throw new InvalidDataException($"Asked for {total} tasks, got {created}.");
        return waits;
    }

    private static async Task ReadBackAsync(Service service, int total, CancellationToken cancellationToken)
    {
        var lateness = new Sample();
        await foreach (var task in service.ListCompletedAsync(group: null, cancellationToken))
            lateness.Add((task.FinishedAt!.Value - task.DueAt).TotalMilliseconds);
        TableRow.Write(
            $"… finishedAt - dueAt of {Figures.Count(lateness.Count)} tasks, in whole milliseconds",
            $"p50 {lateness.At(0.5):0}, p99 {lateness.At(0.99):0}, max {lateness.Max:0} ms",
            "all, never early",
            lateness.Count == total && lateness.Min >= 0);
    }
}
