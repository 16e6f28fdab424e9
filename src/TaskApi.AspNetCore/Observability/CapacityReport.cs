using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Observability;

/// <summary>Logs at the start how much the service will hold: most of it depends on the memory that it finds.</summary>
internal sealed partial class CapacityReport(IOptions<TaskOptions> tasks, IOptions<LimitOptions> limits, ILogger<CapacityReport> logger) : IHostedService
{
    private const double Mebi = 1 << 20;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Log.Capacity(logger, tasks.Value.MaxPending, tasks.Value.MaxTaskBytes / Mebi, MemoryBudget.Available / Mebi, limits.Value.MaxWaits, limits.Value.MaxStreams);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(3010, LogLevel.Information, "Room for {MaxPending} pending tasks in {MaxTaskMiB:0} MiB of the {AvailableMiB:0} MiB available, {MaxWaits} waits and {MaxStreams} streams")]
        public static partial void Capacity(ILogger logger, int maxPending, double maxTaskMiB, double availableMiB, int maxWaits, int maxStreams);
    }
}
