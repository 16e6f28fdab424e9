using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>
/// Where work is got, and what came of it is told: by workers elsewhere, over HTTP, and by the handlers in this process. Every method is thread-safe.
/// An owner's workers get its own tasks alone; a null owner gets everybody's, and is for handlers in this process.
/// </summary>
/// <exception cref="StorageUnavailableException">Any of them: the storage can't be used now.</exception>
internal interface IWorkSource
{
    /// <summary>
    /// Starts tasks whose turn it is, and leases them. Waits while there are none, up to <see cref="WorkAcquire.Wait"/>; then the answer is empty. Among
    /// those who wait the first to come is served first, and each task is handed to one of them. <see cref="AnswerStatus.ShuttingDown"/> once the
    /// storage drains.
    /// </summary>
    /// <param name="call">Who wants what.</param>
    /// <param name="cancellationToken">Given up: nothing is started, or what was started goes back as if it hadn't been.</param>
    ValueTask<AcquireAnswer> AcquireAsync(WorkAcquire call, CancellationToken cancellationToken);

    /// <summary>
    /// Takes back what has been acquired and didn't reach who asked for it: as if it had never been started. No attempt is counted. Tokens that are
    /// over are passed over.
    /// </summary>
    ValueTask ReturnAsync(string? owner, IReadOnlyList<LeaseToken> tokens);

    /// <summary>
    /// Takes outcomes, one after the other. The same outcome once more, with the same token, has the same answer and changes nothing; another one
    /// is refused (<see cref="FinishProblem.LeaseLost"/>), as is one whose attempt is over.
    /// </summary>
    /// <param name="owner">Whose tasks they are; null: anybody's.</param>
    /// <param name="outcomes">Any number; a thousand at a time is a good measure.</param>
    /// <param name="cancellationToken">Given up before: nothing is taken.</param>
    /// <returns>The answers, in the order of the outcomes.</returns>
    ValueTask<FinishAnswer[]> FinishAsync(string? owner, IReadOnlyList<WorkOutcome> outcomes, CancellationToken cancellationToken);

    /// <summary>
    /// Renews leases at its arrival, takes progress, and tells of cancellations and losses. Waits while there is nothing to tell, up to
    /// <see cref="WorkHeartbeat.Wait"/>.
    /// </summary>
    /// <param name="call">Whose leases, and what of them.</param>
    /// <param name="cancellationToken">Given up: the leases are renewed all the same, and nothing is waited for.</param>
    ValueTask<HeartbeatAnswer> HeartbeatAsync(WorkHeartbeat call, CancellationToken cancellationToken);

    /// <summary>
    /// How many tasks of each queue wait for somebody to run them, and how many run, of all owners; a queue of which none does either may be missing. Costs as
    /// much as there are queues.
    /// </summary>
    IReadOnlyList<QueueCount> CountByQueue();

    /// <summary>The workers of an owner that have called in the last minute, by name; at most 1,000. Handlers in this process are none of them.</summary>
    ValueTask<IReadOnlyList<WorkerInfo>> ListWorkersAsync(string owner, CancellationToken cancellationToken);
}
