using System.Globalization;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>Creates pending tasks through NDJSON.</summary>
internal static class FillCommand
{
    private const long TargetPending = 10_000_000;
    private const long TargetBytes = 3_000_000_000;
    private const int SoonestSeconds = 2 * 3600;
    private const int LatestSeconds = 24 * 3600;

    /// <summary>Creates them, and says how fast that went and what they take.</summary>
    public static async Task RunAsync(Service service, Arguments arguments, CancellationToken cancellationToken)
    {
        var count = arguments.Number("count", 1_000_000);
        var streams = arguments.Number("streams", 2);
        var target = arguments.Number("target", 200_000);
        var before = await service.GetStatsAsync(cancellationToken);
        var start = Clock.Mark();
        var created = await CreateAsync(service, count, streams, SoonestSeconds, LatestSeconds, cancellationToken);
        var rate = created / Clock.Since(start).TotalSeconds;
        var after = await service.GetStatsAsync(cancellationToken);
        if (created != count || after.Created - before.Created != count) throw new InvalidDataException($"Asked for {count} tasks, got {created}.");

        var what = $"Create {Figures.Short(count)} tasks by NDJSON, {streams} stream{(streams == 1 ? "" : "s")}";
        if (target > 0) TableRow.Write(what, Figures.Count(rate) + "/s", "≥ " + Figures.Count(target) + "/s", rate >= target);
        else TableRow.Write(what, Figures.Count(rate) + "/s");
        if (arguments.Text("pid", "") is not { Length: > 0 } pid) return;
        var process = new ServerProcess(int.Parse(pid, CultureInfo.InvariantCulture));
        var resident = process.ResidentBytes;
        var held = $"Resident memory with {Figures.Short(after.Pending)} pending";
        var figure = $"{Figures.Mib(resident)} (at its highest {Figures.Mib(process.PeakResidentBytes)})";
        if (after.Pending < TargetPending) TableRow.Write(held, figure);
        else TableRow.Write(held, figure, "< 3 GB", resident < TargetBytes);
    }

    /// <summary>Creates them, and keeps their ids in a file.</summary>
    public static async Task KeepIdsAsync(Service service, Arguments arguments, CancellationToken cancellationToken)
    {
        await using var file = new StreamWriter(arguments.Required("file"));
        var chunks = TaskLines.WithDelays(arguments.Number("count", 100_000), SoonestSeconds, LatestSeconds);
        await TaskStream.CreateAsync(service.Url, chunks, (_, task) => file.Write(TaskAnswer.IdOf(task) + "\n"), cancellationToken);
    }

    /// <summary>Creates tasks through so many streams at once, with delays at random between two.</summary>
    public static async Task<long> CreateAsync(Service service, long count, int streams, int fromSeconds, int toSeconds, CancellationToken cancellationToken)
    {
        var share = count / streams / TaskLines.PerChunk * TaskLines.PerChunk;
        var creations = new List<Task<long>>();
        for (var i = 0; i < streams; i++)
        {
            var part = i == streams - 1 ? count - (share * (streams - 1)) : share;
            creations.Add(TaskStream.CreateAsync(service.Url, TaskLines.WithDelays(part, fromSeconds, toSeconds), onTask: null, cancellationToken));
        }

        return (await Task.WhenAll(creations)).Sum();
    }
}
