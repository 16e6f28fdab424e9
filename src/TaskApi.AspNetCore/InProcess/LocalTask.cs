using System.Text.Json;
using TaskApi.Reading;

namespace TaskApi.AspNetCore.InProcess;

/// <summary>A task in this process.</summary>
/// <param name="tasks">Where.</param>
/// <param name="id">The task's id.</param>
internal sealed class LocalTask(LocalTasks tasks, Guid id) : TaskHandle(id)
{
    /// <inheritdoc/>
    public override Task<TaskInfo> GetAsync(CancellationToken cancellationToken = default) => tasks.GetAsync(Id, cancellationToken);

    /// <inheritdoc/>
    public override Task<TaskInfo> WaitAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => tasks.WaitAsync(Id, timeout, cancellationToken);

    /// <inheritdoc/>
    public override Task<TaskInfo> CancelAsync(string? reason = null, CancellationToken cancellationToken = default) => tasks.CancelAsync(Id, reason, cancellationToken);

    /// <inheritdoc/>
    public override Task<TaskInfo> RescheduleAsync(TaskChange change, CancellationToken cancellationToken = default) => tasks.RescheduleAsync(Id, change, cancellationToken);

    /// <inheritdoc/>
    public override Task<TaskHandle> RerunAsync(CancellationToken cancellationToken = default) => tasks.RerunAsync(Id, cancellationToken);

    /// <inheritdoc/>
    protected internal override Task<JsonElement?> ReadResultAsync(CancellationToken cancellationToken) => tasks.ReadResultAsync(Id, cancellationToken);

    /// <inheritdoc/>
    protected internal override IAsyncEnumerable<TaskEvent> EventsAsync(CancellationToken cancellationToken) => tasks.EventsAsync(new EventFilter { Tasks = [this] }, TaskEvent.NoEvent, cancellationToken);
}
