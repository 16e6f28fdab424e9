using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskApi.Reading;

namespace TaskApi;

/// <summary>
/// A task, to be awaited, looked at and cancelled: what <c>asyncio.Task</c> is to a coroutine. It holds nothing but the id, so it may be kept or thrown
/// away; the task goes on either way. <c>await handle</c> waits for its result, as <see cref="ResultAsync(CancellationToken)"/> does. Thread-safe. Abstract, so
/// that a test can have handles of its own.
/// </summary>
/// <remarks>
/// Any call throws <see cref="TaskNotFoundException"/> for a task that is unknown or forgotten, and otherwise what
/// <see cref="TaskApiException"/> describes.
/// </remarks>
/// <param name="id">The task's id.</param>
public abstract class TaskHandle(Guid id)
{
    /// <summary>The task's id.</summary>
    public Guid Id { get; } = id;

    /// <summary>The task as it stands.</summary>
    /// <param name="cancellationToken">Gives up the call.</param>
    public abstract Task<TaskInfo> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Whether the task is done, however it ended: <c>Task.done()</c>.</summary>
    /// <param name="cancellationToken">Gives up the call.</param>
    public virtual async Task<bool> IsDoneAsync(CancellationToken cancellationToken = default) => (await GetAsync(cancellationToken).ConfigureAwait(false)).Done;

    /// <summary>Waits until the task is done, however it ends. Never throws because of how it ended.</summary>
    /// <param name="timeout">
    /// How long at the most, from 0; null or <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes. When it is over the task goes on, and is answered as
    /// it stands.
    /// </param>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <returns>The task, finished unless the time was over first.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    public abstract Task<TaskInfo> WaitAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>Waits until the task is done, and answers with its result as a text: <c>await task</c>.</summary>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <returns>Of a message <c>HH:mm:ss message</c>; of a coroutine what it returned: a JSON string without its quotes, anything else as JSON.</returns>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    /// <exception cref="TaskFailedException">The task failed: in the words of its coroutine.</exception>
    public async Task<string> ResultAsync(CancellationToken cancellationToken = default) =>
        await ReadResultAsync(cancellationToken).ConfigureAwait(false) is { } json ? TaskInfo.TextOf(json) : "null";

    /// <summary>Waits until the task is done, and answers with what its coroutine returned.</summary>
    /// <typeparam name="T">What it is read as, by System.Text.Json.</typeparam>
    /// <param name="json">How it is read; null for the conventions of the web.</param>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    /// <exception cref="TaskFailedException">The task failed: in the words of its coroutine.</exception>
    /// <exception cref="JsonException">It returned something else.</exception>
    [RequiresUnreferencedCode(Reflection.Reason)]
    [RequiresDynamicCode(Reflection.Reason)]
    public Task<T> ResultAsync<T>(JsonSerializerOptions? json = null, CancellationToken cancellationToken = default) => As<T>(json).ResultAsync(cancellationToken);

    /// <inheritdoc cref="ResultAsync{T}(JsonSerializerOptions?, CancellationToken)"/>
    public Task<T> ResultAsync<T>(JsonTypeInfo<T> json, CancellationToken cancellationToken = default) => As(json).ResultAsync(cancellationToken);

    /// <summary>
    /// Cancels the task: <c>Task.cancel()</c>. A pending one is cancelled, finally, when this returns; to cancel it again changes nothing. A running one is
    /// asked to end, and may need a while: <see cref="WaitAsync(TimeSpan?, CancellationToken)"/>.
    /// </summary>
    /// <param name="reason">Kept with the task: up to 256 characters, or null.</param>
    /// <param name="cancellationToken">Gives up the call; whether it has had an effect is not known then.</param>
    /// <returns>The task: cancelled, or running with <see cref="TaskInfo.CancelRequested"/>.</returns>
    /// <exception cref="TaskAlreadyFinishedException">It has completed or failed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The reason is longer, or has half of a surrogate pair.</exception>
    public abstract Task<TaskInfo> CancelAsync(string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Gives the pending task another due time.</summary>
    /// <param name="delay">From now: 0 to 365 days.</param>
    /// <param name="cancellationToken">Gives up the call; whether it has had an effect is not known then.</param>
    /// <exception cref="TaskAlreadyFinishedException">The task is done.</exception>
    public Task<TaskInfo> RescheduleAsync(TimeSpan delay, CancellationToken cancellationToken = default) =>
        RescheduleAsync(new TaskChange { Delay = delay }, cancellationToken);

    /// <summary>Changes the pending task: its due time, its message, or its input and priority.</summary>
    /// <param name="change">What to change.</param>
    /// <param name="cancellationToken">Gives up the call; whether it has had an effect is not known then.</param>
    /// <exception cref="TaskAlreadyFinishedException">The task is done.</exception>
    public abstract Task<TaskInfo> RescheduleAsync(TaskChange change, CancellationToken cancellationToken = default);

    /// <summary>Creates a task with the work of this one, which is done however it ended; due now.</summary>
    /// <param name="cancellationToken">Gives up the call; whether it has had an effect is not known then.</param>
    /// <exception cref="TaskApiException">The task isn't done.</exception>
    public abstract Task<TaskHandle> RerunAsync(CancellationToken cancellationToken = default);

    /// <summary>How far the task has come, each time that it says so, until it is done. What it said last before this comes first.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<TaskProgress> ProgressAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Ours, and disposed here: ends the events and the wait with the enumeration.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var done = WaitAsync(timeout: null, ended.Token);
        await using var events = EventsAsync(ended.Token).GetAsyncEnumerator(ended.Token);
        var next = events.MoveNextAsync().AsTask();
        try
        {
            var info = await GetAsync(cancellationToken).ConfigureAwait(false);
            for (TaskProgress? last = null; ;)
            {
                if (info.Progress is { } progress && progress != last)
                    yield return last = progress;
                if (info.Done)
                    break;
                await Task.WhenAny(next, done).ConfigureAwait(false);
                // Where there are no more events, the end of the wait says the rest.
                if (done.IsCompleted || !await next.ConfigureAwait(false))
                {
                    info = await done.ConfigureAwait(false);
                    continue;
                }

                // A gap: what happened before it, the task itself says. There is one at the beginning, when the events are there.
                info = events.Current.Task ?? await GetAsync(cancellationToken).ConfigureAwait(false);
                next = events.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // Whoever leaves early leaves no call behind; events may be disposed of only when nobody waits for one.
            await ended.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((Task)done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until the task is done, however it ends, and hands on how far it has come meanwhile.</summary>
    /// <param name="progress">Is told.</param>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    public async Task<TaskInfo> WaitAsync(IProgress<TaskProgress> progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(progress);
        await foreach (var step in ProgressAsync(cancellationToken).ConfigureAwait(false))
            progress.Report(step);
        return await GetAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>This handle, which knows what the coroutine returns.</summary>
    /// <typeparam name="T">What the result is read as, by System.Text.Json.</typeparam>
    /// <param name="json">How it is read; null for the conventions of the web.</param>
    [RequiresUnreferencedCode(Reflection.Reason)]
    [RequiresDynamicCode(Reflection.Reason)]
    public TaskHandle<T> As<T>(JsonSerializerOptions? json = null) => new(this, element => element.Deserialize<T>(json ?? JsonSerializerOptions.Web));

    /// <inheritdoc cref="As{T}(JsonSerializerOptions?)"/>
    public TaskHandle<T> As<T>(JsonTypeInfo<T> json) => new(this, element => element.Deserialize(json));

    /// <summary>What <c>await handle</c> does: as <see cref="ResultAsync(CancellationToken)"/>.</summary>
    public TaskAwaiter<string> GetAwaiter() => ResultAsync().GetAwaiter();

    /// <summary>Waits until the task is done, and answers with its result; null for <c>null</c>.</summary>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    /// <exception cref="TaskFailedException">The task failed.</exception>
    protected internal abstract Task<JsonElement?> ReadResultAsync(CancellationToken cancellationToken);

    /// <summary>What happens to the task. It begins with a <see cref="TaskEventKind.Gap"/>: from then on everything is told.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    protected internal abstract IAsyncEnumerable<TaskEvent> EventsAsync(CancellationToken cancellationToken);
}
