using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>
/// The queues: what bounds them, and what they have. Every method is thread-safe. An owner sees only its own; each queue of which nothing is set has
/// the defaults of the configuration.
/// </summary>
/// <exception cref="StorageUnavailableException">Any of them: the storage can't be used now.</exception>
internal interface IQueues
{
    /// <summary>A queue. There is one of every name.</summary>
    ValueTask<QueueInfo> FindAsync(string owner, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Queues in the order of their names (by ordinal comparison): those that have tasks that aren't done, those of which something is set, and those that
    /// workers have asked for in the last minute.
    /// </summary>
    /// <param name="owner">The caller.</param>
    /// <param name="after">Only those after this name; empty for all.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<QueueInfo>> ListAsync(string owner, string after, int limit, CancellationToken cancellationToken);

    /// <summary>Sets what bounds a queue; null has it go back to the defaults. What runs already goes on.</summary>
    /// <returns><see cref="AnswerStatus.Ok"/>, <see cref="AnswerStatus.CapacityReached"/>, or why the storage can't be written.</returns>
    ValueTask<AnswerStatus> SetAsync(string owner, string name, QueueSettings? settings, CancellationToken cancellationToken);
}

/// <summary>A queue.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">What bounds it now.</param>
/// <param name="Counts">What it has.</param>
/// <param name="OldestReadyAt">When the task that has waited longest for its turn came due; null if none waits.</param>
/// <param name="Workers">How many workers have asked for it in the last minute.</param>
internal sealed record QueueInfo(string Name, QueueSettings Settings, QueueCounts Counts, DateTimeOffset? OldestReadyAt, int Workers);

/// <summary>How many tasks a queue has that aren't done.</summary>
/// <param name="Pending">Not due yet.</param>
/// <param name="Ready">Due, whatever holds them.</param>
/// <param name="Running">Running.</param>
internal readonly record struct QueueCounts(long Pending, long Ready, long Running)
{
    /// <summary>True if there are none.</summary>
    public bool IsZero => this == default;

    /// <summary>Both together.</summary>
    public static QueueCounts operator +(QueueCounts left, QueueCounts right) =>
        new(left.Pending + right.Pending, left.Ready + right.Ready, left.Running + right.Running);

    /// <summary>The one without the other.</summary>
    public static QueueCounts operator -(QueueCounts left, QueueCounts right) =>
        new(left.Pending - right.Pending, left.Ready - right.Ready, left.Running - right.Running);
}
