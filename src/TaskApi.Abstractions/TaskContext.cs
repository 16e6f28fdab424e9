namespace TaskApi;

/// <summary>
/// What a handler knows of the attempt that it runs, and can do in it. Thread-safe; good until the attempt is over. Abstract, so that a test of a
/// handler can have one of its own.
/// </summary>
public abstract class TaskContext
{
    /// <summary>The task's id; ids sort in the order of creation. The same in each attempt, so that what a handler does can be known again by it.</summary>
    public abstract Guid Id { get; }

    /// <summary>The task's type: what the handler is registered for.</summary>
    public abstract string Type { get; }

    /// <summary>The attempt's number, from 1. It also counts attempts that were lost or given back.</summary>
    public abstract int Attempt { get; }

    /// <summary>What became of the tasks that this one waited for; empty if there are none.</summary>
    /// <exception cref="TaskFailedException">Their results are longer together than this process holds for the task's type: <c>ParentsTooLarge</c>, without another attempt.</exception>
    public virtual IReadOnlyList<ParentTask> Parents => [];

    /// <summary>
    /// The trace of the call that created the task (W3C Trace Context, <c>traceparent</c>); null if it had none. Where traces are recorded,
    /// <see cref="System.Diagnostics.Activity.Current"/> is the attempt's own span in it.
    /// </summary>
    public abstract string? TraceParent { get; }

    /// <summary>
    /// Says how far the attempt has come, for all who look at the task or follow its events. It never waits: at most four times a second the last
    /// value is passed on, and the very last one always is. Without effect once the attempt is over.
    /// </summary>
    /// <param name="done">How much is done, in units of the handler's own: any finite number.</param>
    /// <param name="total">Of how much: any finite number; null if that isn't known.</param>
    /// <param name="note">What it is about; null for nothing. What is longer than 256 characters is cut.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is infinite or none.</exception>
    public abstract void ReportProgress(double done, double? total = null, string? note = null);

    /// <summary>
    /// Creates a task for the same owner, in the service's own process with this one as its <c>parent</c>; from a worker elsewhere it has none. It lives by
    /// itself: cancelling its parent doesn't cancel it.
    /// </summary>
    /// <typeparam name="TInput">What is written as its input, by System.Text.Json, as the handler's own JSON is.</typeparam>
    /// <param name="type">Its type.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">When and how it runs; null: now, once.</param>
    /// <param name="cancellationToken">Given up before the creation, nothing is created.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="ArgumentException">The type, the input's size or one of the options is not what it may be; the message says which.</exception>
    /// <exception cref="TaskExistsException">There is a task with the key of <see cref="NewTaskOptions.Unique"/>.</exception>
    /// <exception cref="InvalidOperationException">
    /// It can't be created: the type is <c>future</c> or <c>gather</c>, one of the tasks that it is to wait for is unknown, there is no room for it, the program stops, or the
    /// service can't be reached or refuses the worker. The message says which.
    /// </exception>
    public abstract Task<Guid> CreateAsync<TInput>(string type, TInput input, NewTaskOptions? options = null, CancellationToken cancellationToken = default);
}
