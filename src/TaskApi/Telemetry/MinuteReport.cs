using TaskApi.AspNetCore.Http.Limits;
using TaskApi.Engine.Ports;

namespace TaskApi.Telemetry;

/// <summary>Logs once a minute what became of tasks in it; nothing if nothing did.</summary>
/// <param name="queries">Counts the tasks.</param>
/// <param name="health">Tells how late they are.</param>
/// <param name="calls">The calls that are held open.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Where it goes, at Information.</param>
internal sealed partial class MinuteReport(ITaskQueries queries, IStorageHealth health, OpenCalls calls, TimeProvider timeProvider, ILogger<MinuteReport> logger) : BackgroundService
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Levels change while the service runs; that nobody listens at all doesn't.
        if (!logger.IsEnabled(LogLevel.Critical))
            return;
        var before = queries.GetTotals();
        using var timer = new PeriodicTimer(_minute, timeProvider);
        // A start that fails ends this too, and the host would call that a fault of this service's. A timer that is disposed of just stops.
        await using var end = stoppingToken.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            var now = queries.GetTotals();
            Report(before, now);
            before = now;
        }
    }

    private void Report(StorageTotals before, StorageTotals now)
    {
        // The pending follow from the others; the capacity is a setting.
        if (before with { Pending = now.Pending, Capacity = now.Capacity } == now)
            return;
        Log.Minute(
            logger, now.Created - before.Created, now.Completed - before.Completed, now.Cancelled - before.Cancelled, now.Failed - before.Failed,
            now.Pending, health.Overdue.TotalMilliseconds, calls.Count(OpenCallKind.Wait), calls.Count(OpenCallKind.Stream));
    }

    private static partial class Log
    {
        [LoggerMessage(3020, LogLevel.Information, "In a minute {Created} tasks created, {Completed} completed, {Cancelled} cancelled, {Failed} failed; {Pending} pending, overdue by {OverdueMs:0} ms, {Waits} waits, {Streams} streams")]
        public static partial void Minute(ILogger logger, long created, long completed, long cancelled, long failed, long pending, double overdueMs, int waits, int streams);
    }
}
