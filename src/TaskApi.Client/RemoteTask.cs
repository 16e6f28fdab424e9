using System.Text.Json;
using TaskApi.Reading;

namespace TaskApi.Client;

/// <summary>A task of a service elsewhere.</summary>
/// <param name="client">Calls the service.</param>
/// <param name="id">The task's id.</param>
internal sealed class RemoteTask(TaskApiClient client, Guid id) : TaskHandle(id)
{
    /// <inheritdoc/>
    public override Task<TaskInfo> GetAsync(CancellationToken cancellationToken = default) => client.GetAsync(Id, cancellationToken);

    /// <inheritdoc/>
    public override Task<bool> IsDoneAsync(CancellationToken cancellationToken = default) => client.IsDoneAsync(Id, cancellationToken);

    /// <inheritdoc/>
    public override Task<TaskInfo> WaitAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => client.WaitAsync(Id, timeout, cancellationToken);

    /// <inheritdoc/>
    public override Task<TaskInfo> CancelAsync(string? reason = null, CancellationToken cancellationToken = default) => client.CancelAsync(Id, reason, cancellationToken);

    /// <inheritdoc/>
    public override Task<TaskInfo> RescheduleAsync(TaskChange change, CancellationToken cancellationToken = default) => client.RescheduleAsync(Id, change, cancellationToken);

    /// <inheritdoc/>
    public override Task<TaskHandle> RerunAsync(CancellationToken cancellationToken = default) => client.RerunAsync(Id, cancellationToken);

    /// <inheritdoc/>
    protected internal override Task<JsonElement?> ReadResultAsync(CancellationToken cancellationToken) => client.ReadResultAsync(Id, cancellationToken);

    /// <inheritdoc/>
    protected internal override IAsyncEnumerable<TaskEvent> EventsAsync(CancellationToken cancellationToken) =>
        client.EventsAsync(new EventFilter { Tasks = [this] }, TaskEvent.NoEvent, cancellationToken);
}
