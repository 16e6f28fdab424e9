using System.Runtime.CompilerServices;
using System.Text.Json;
using TaskApi.Reading;

namespace TaskApi;

/// <summary>A task of which it is known what its coroutine returns: <c>await handle</c> is that. All else is as for <see cref="TaskHandle"/>.</summary>
/// <typeparam name="T">What the result is read as.</typeparam>
public sealed class TaskHandle<T> : TaskHandle
{
    private readonly TaskHandle _task;
    private readonly Func<JsonElement, T?> _read;

    internal TaskHandle(TaskHandle task, Func<JsonElement, T?> read)
        : base(task.Id) => (_task, _read) = (task, read);

    /// <summary>Waits until the task is done, and answers with what its coroutine returned.</summary>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    /// <exception cref="TaskFailedException">The task failed: in the words of its coroutine.</exception>
    /// <exception cref="JsonException">It returned something else.</exception>
    public new async Task<T> ResultAsync(CancellationToken cancellationToken = default) => Read(await ReadResultAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>What <c>await handle</c> does: as <see cref="ResultAsync(CancellationToken)"/>.</summary>
    public new TaskAwaiter<T> GetAwaiter() => ResultAsync().GetAwaiter();

    /// <inheritdoc/>
    public override Task<TaskInfo> GetAsync(CancellationToken cancellationToken = default) => _task.GetAsync(cancellationToken);

    /// <inheritdoc/>
    public override Task<bool> IsDoneAsync(CancellationToken cancellationToken = default) => _task.IsDoneAsync(cancellationToken);

    /// <inheritdoc/>
    public override Task<TaskInfo> WaitAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => _task.WaitAsync(timeout, cancellationToken);

    /// <inheritdoc/>
    public override Task<TaskInfo> CancelAsync(string? reason = null, CancellationToken cancellationToken = default) => _task.CancelAsync(reason, cancellationToken);

    /// <inheritdoc/>
    public override Task<TaskInfo> RescheduleAsync(TaskChange change, CancellationToken cancellationToken = default) => _task.RescheduleAsync(change, cancellationToken);

    /// <inheritdoc/>
    public override async Task<TaskHandle> RerunAsync(CancellationToken cancellationToken = default) =>
        new TaskHandle<T>(await _task.RerunAsync(cancellationToken).ConfigureAwait(false), _read);

    /// <inheritdoc/>
    protected internal override Task<JsonElement?> ReadResultAsync(CancellationToken cancellationToken) => _task.ReadResultAsync(cancellationToken);

    /// <inheritdoc/>
    protected internal override IAsyncEnumerable<TaskEvent> EventsAsync(CancellationToken cancellationToken) => _task.EventsAsync(cancellationToken);

    // Where a coroutine returns nothing, that is what it is.
    internal T Read(JsonElement? result) => result is { } json ? _read(json)! : default!;
}
