using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Hosting;

/// <summary>
/// Drains the storage while the server still listens, so that callers are told what happens rather than cut off: nothing
/// new is taken, every wait ends at once, and what is pending may come due for <see cref="TaskOptions.ShutdownGrace"/>.
/// </summary>
internal sealed partial class StorageShutdown(
    IStorageDrain storage, IOptions<TaskOptions> options, IOptions<HostOptions> host, IHostApplicationLifetime lifetime, ILogger<StorageShutdown> logger) : LifecycleService
{
    // Beyond the grace: for answers under way to reach their readers. Nobody waits for tasks or bodies by then; who reads too slowly is cut off.
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(5);

    /// <summary>Has the host wait for as long as the drain may take. For a program whose shutdown is nobody else's to set.</summary>
    public static void LeaveTime(HostOptions host, IOptions<TaskOptions> tasks) => host.ShutdownTimeout = tasks.Value.ShutdownGrace + _margin;

    /// <inheritdoc/>
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        var grace = options.Value.ShutdownGrace;
        if (options.Value.Storage == StorageKind.Memory && grace > host.Value.ShutdownTimeout)
            Log.TimeIsShort(logger, host.Value.ShutdownTimeout.TotalSeconds, grace.TotalSeconds);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A signal has done so already; a host that is stopped by its own program hasn't, and the waits listen to it.
        lifetime.StopApplication();
        var grace = options.Value.ShutdownGrace;
        if (options.Value.Storage == StorageKind.Memory)
            Log.Draining(logger, grace.TotalSeconds);
        else
            Log.Leaving(logger);
        var summary = await storage.DrainAsync(grace, cancellationToken);
        Log.Drained(logger, summary.CameDue, summary.Cancelled, summary.Kept);
    }

    private static partial class Log
    {
        [LoggerMessage(1100, LogLevel.Information, "Shutting down: pending tasks may come due for {GraceSeconds} s")]
        public static partial void Draining(ILogger logger, double graceSeconds);

        [LoggerMessage(1103, LogLevel.Warning, "The host leaves a shutdown {TimeoutSeconds} s, and pending tasks could come due for {GraceSeconds} s: raise HostOptions.ShutdownTimeout, or lower Tasks:ShutdownGrace")]
        public static partial void TimeIsShort(ILogger logger, double timeoutSeconds, double graceSeconds);

        [LoggerMessage(1102, LogLevel.Information, "Shutting down: pending tasks stay for the next start")]
        public static partial void Leaving(ILogger logger);

        [LoggerMessage(1101, LogLevel.Information, "Shut down: {CameDue} pending tasks came due, {Cancelled} were cancelled, {Kept} stay for the next start")]
        public static partial void Drained(ILogger logger, long cameDue, long cancelled, long kept);
    }
}
