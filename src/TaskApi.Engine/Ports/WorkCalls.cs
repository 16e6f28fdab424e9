using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>A call for work. Made by its constructors.</summary>
internal sealed record WorkAcquire
{
    /// <summary>Whose tasks; null: everybody's.</summary>
    public required string? Owner { get; init; }

    /// <summary>Who will run them: 1 to 128 characters.</summary>
    public required string Worker { get; init; }

    /// <summary>The queues to take from, 1 to 100, which take turns; empty where <see cref="Types"/> says what is wanted.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary>The types to take, in whatever queue they are; they take turns. Empty where <see cref="Queues"/> says what is wanted.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>The most tasks to start: 1 to 1,000.</summary>
    public int Max { get; init; } = 1;

    /// <summary>How long the lease lasts without a heartbeat: 1 s to 1 hour; null: as long as the process, for handlers in it.</summary>
    public TimeSpan? Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait while there is nothing; zero: not at all; <see cref="Timeout.InfiniteTimeSpan"/>: until there is something.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Is told what becomes of the leases, instead of asking by heartbeats; null for nobody.</summary>
    public ILeaseHolder? Holder { get; init; }

    /// <summary>A worker's call.</summary>
    public static WorkAcquire OfWorker(string owner, string worker, IReadOnlyList<string> queues, int max, TimeSpan lease, TimeSpan wait) =>
        new() { Owner = owner, Worker = worker, Queues = queues, Max = max, Lease = lease, Wait = wait };

    /// <summary>The call of handlers in this process. Their leases last until they finish, or the process does.</summary>
    public static WorkAcquire OfHandlers(string worker, IReadOnlyList<string> types, int max, TimeSpan wait, ILeaseHolder holder) =>
        new() { Owner = null, Worker = worker, Types = types, Max = max, Lease = null, Wait = wait, Holder = holder };
}

/// <summary>
/// Whoever holds leases in this process. Called outside of locks, from any thread; must be quick, and not throw. It may hear of a lease before the
/// call that acquired it has been answered: what it doesn't know yet, it has to remember.
/// </summary>
internal interface ILeaseHolder
{
    /// <summary>A task that it runs is asked to end. Told once a lease.</summary>
    void OnCancelRequested(CancelNotice notice);

    /// <summary>A lease is over without its doing: the attempt took too long, the grace after a request is over, or the task was cancelled by force. What it says of it from now on doesn't count.</summary>
    void OnLeaseLost(LeaseToken token);
}

/// <summary>A task that has been started, and is leased.</summary>
/// <param name="Task">The task, now running.</param>
/// <param name="Token">Proves the lease.</param>
/// <param name="ExpiresAt">When the lease ends, if it isn't renewed; null: it doesn't.</param>
internal readonly record struct LeasedTask(TaskSnapshot Task, LeaseToken Token, DateTimeOffset? ExpiresAt);

/// <summary>The answer to a call for work.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Tasks">In the order in which they were started; may be none.</param>
internal readonly record struct AcquireAnswer(AnswerStatus Status, LeasedTask[] Tasks);

/// <summary>Why an outcome wasn't taken.</summary>
internal enum FinishProblem
{
    /// <summary>It was.</summary>
    None,

    /// <summary>The lease is over, or the token is none, or another outcome was taken with it.</summary>
    LeaseLost,

    /// <summary>The result is larger than <see cref="WorkOptions.MaxResultBytes"/>. The lease stays.</summary>
    ResultTooLarge,
}

/// <summary>What became of an outcome.</summary>
/// <param name="Problem">Why it wasn't taken.</param>
/// <param name="Id">The task; null if none is known by the token.</param>
/// <param name="State">Where the task stands after it; means nothing if it wasn't taken.</param>
/// <param name="DueAt">When it is due again; null unless it is pending again.</param>
internal readonly record struct FinishAnswer(FinishProblem Problem, Guid? Id = null, TaskState State = default, DateTimeOffset? DueAt = null);

/// <summary>What a heartbeat says of one lease.</summary>
/// <param name="Token">Which.</param>
/// <param name="Progress">How far it has come; null: nothing new.</param>
/// <param name="CancelSeen">True if the worker has been told that the task is asked to end.</param>
internal readonly record struct LeaseBeat(LeaseToken Token, WorkProgress? Progress = null, bool CancelSeen = false);

/// <summary>A sign of life.</summary>
internal sealed record WorkHeartbeat
{
    /// <summary>Whose tasks; null: everybody's.</summary>
    public required string? Owner { get; init; }

    /// <summary>Who calls: 1 to 128 characters.</summary>
    public required string Worker { get; init; }

    /// <summary>Up to 1,000 leases to renew.</summary>
    public IReadOnlyList<LeaseBeat> Leases { get; init; } = [];

    /// <summary>How long they last from now: 1 s to 1 hour; null: as long as the process.</summary>
    public TimeSpan? Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait while there is nothing to tell; zero: not at all.</summary>
    public TimeSpan Wait { get; init; }
}

/// <summary>A running task is asked to end.</summary>
/// <param name="Token">Its lease.</param>
/// <param name="Error">Why.</param>
/// <param name="GraceUntil">It is cancelled at this instant, whatever it does.</param>
internal readonly record struct CancelNotice(LeaseToken Token, TaskError Error, DateTimeOffset GraceUntil);

/// <summary>A lease that is over, and wasn't ended by an outcome.</summary>
/// <param name="Index">Its place in the call.</param>
/// <param name="Id">The task; null if none is known by the token.</param>
internal readonly record struct LostLease(int Index, Guid? Id);

/// <summary>The answer to a sign of life.</summary>
/// <param name="ExpiresAt">When the renewed leases end; null: they don't.</param>
/// <param name="Cancel">Tasks that are asked to end, and not marked as seen.</param>
/// <param name="Lost">Leases that are over.</param>
/// <param name="Drain">True once the storage drains.</param>
internal readonly record struct HeartbeatAnswer(DateTimeOffset? ExpiresAt, IReadOnlyList<CancelNotice> Cancel, IReadOnlyList<LostLease> Lost, bool Drain);
