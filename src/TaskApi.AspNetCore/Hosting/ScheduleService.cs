using TaskApi.Engine.Schedules;

namespace TaskApi.AspNetCore.Hosting;

/// <summary>Has schedules make their tasks from the start of the program until it begins to stop.</summary>
internal sealed class ScheduleService(ScheduleClockwork clockwork) : LifecycleService
{
    /// <inheritdoc/>
    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        clockwork.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task StoppingAsync(CancellationToken cancellationToken)
    {
        clockwork.Stop();
        return Task.CompletedTask;
    }
}
