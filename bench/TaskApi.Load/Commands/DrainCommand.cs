using System.Globalization;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>How fast tasks that come due all at once are completed, by as many nodes as there are. Writes the rate, and no row: two have to be compared.</summary>
internal static class DrainCommand
{
    // At least so many can be created in a second, in time for all of them to be pending when they come due.
    private const int CreatedPerSecond = 20_000;

    private static readonly TimeSpan _ahead = TimeSpan.FromSeconds(5);

    // On one connection, so that looking takes next to nothing from the cores.
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(Service service, Arguments arguments, CancellationToken cancellationToken)
    {
        var count = arguments.Number("count", 300_000);
        var due = Clock.WholeSecondAfter(_ahead + TimeSpan.FromSeconds(count / CreatedPerSecond));
        await TaskStream.CreateAsync(service.Url, TaskLines.WithDueTimes(count, due, perSecond: int.MaxValue), onTask: null, cancellationToken);
        if (Clock.Now >= due) throw new InvalidDataException("Creating the tasks took too long.");
        await Clock.DelayUntilAsync(due, cancellationToken);
        using var connection = await service.ConnectAsync(cancellationToken);
        while ((await Service.GetStatsAsync(connection, cancellationToken)).Pending > 0) await Clock.DelayAsync(_betweenLooks, cancellationToken);
        Console.WriteLine((count / (Clock.Now - due).TotalSeconds).ToString("0", CultureInfo.InvariantCulture));
    }
}
