using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>What only a task with work has, beside its entry. Written under the storage's lock, within a change of the entry; read without.</summary>
/// <param name="sequence">The task's number.</param>
/// <param name="owner">Whose it is: <see cref="OwnerTasks.Ordinal"/>.</param>
internal sealed class WorkState(long sequence, int owner) : TaskExtras
{
    /// <summary>How many attempts are remembered.</summary>
    public const int MaxAttempts = 20;

    public long Sequence { get; } = sequence;

    public int Owner { get; } = owner;

    public required WorkKind Kind;

    /// <summary>The queue that it counts for; means nothing once it is done.</summary>
    public required ReadyQueue Queue;

    public string? Key;

    /// <summary>The input; null if it is none, or short and in the segment's text.</summary>
    public byte[]? Input;

    /// <summary>What the coroutine returned; set before the outcome is published.</summary>
    public byte[]? Result;

    public WorkProgress? Progress;
    public WorkOrigin? Origin;

    /// <summary>The tasks that it waits for, or has waited for; null for none.</summary>
    public AfterState? After;

    /// <summary>The tasks that it gathers; null once it has ended, and for what is no gather.</summary>
    public GatherState? Gather;

    /// <summary>The attempt that runs, or was the last; null before the first.</summary>
    public WorkAttempt? Last;

    /// <summary>Those before it, the oldest first; null if there are none.</summary>
    public List<WorkAttempt>? Earlier;

    /// <summary>There while it runs.</summary>
    public WorkRun? Run;

    /// <summary>Where it waits for its turn; null unless it does.</summary>
    public ReadyLevel? Ready;

    /// <summary>Its neighbours there.</summary>
    public WorkState? Next;
    public WorkState? Previous;

    /// <summary>When it came due, in Unix milliseconds; while it waits for its turn.</summary>
    public long ReadyAt;

    public int Attempt;
    public int Errors;
    public int Losses;
    public sbyte Priority;

    /// <summary>It waits for its due time.</summary>
    public bool IsWaiting;

    /// <summary>It is there among those that came out of order.</summary>
    public bool IsOutOfOrder;

    /// <summary>True if it is what a query for work wants. What is compared never changes.</summary>
    public bool IsMatch(in TaskQuery query) =>
        (query.Type is null || query.Type == Kind.Type)
        && (query.Queue is null || query.Queue == Kind.Queue)
        && (query.Key is null || query.Key == Key)
        && (query.Parent is null || query.Parent == Origin?.Parent)
        && (query.Schedule is null || query.Schedule == Origin?.Schedule?.Name);

    // A call of a URL that this process makes just now.
    private bool IsUnderWay => Run?.Holder is not null && Kind.Type == WorkTypes.Http;

    /// <summary>What decides about it.</summary>
    public TaskFacts Facts(in TaskEntry entry)
    {
        var outcome = entry.Outcome;
        return new TaskFacts
        {
            State = outcome.State,
            CreatedAt = entry.CreatedAt,
            DueAt = entry.DueAt,
            FinishedAt = outcome.IsDone ? outcome.FinishedAt : 0,
            Retry = Kind.Retry,
            Attempt = Attempt,
            Errors = Errors,
            Losses = Losses,
            CancelRequest = Run?.CancelRequest,
            CancelsAtOnce = Kind.CancelsAtOnce || IsUnderWay || (Follows & (FollowUps.Gathers | FollowUps.OwnsMembers)) == FollowUps.Gathers,
            IsUnderWay = IsUnderWay,
        };
    }

    /// <summary>An attempt begins.</summary>
    public void Begin(WorkAttempt attempt, WorkRun run)
    {
        if (Last is { } last)
        {
            Earlier ??= new List<WorkAttempt>(1);
            if (Earlier.Count == MaxAttempts - 1) Earlier.RemoveAt(0);
            Earlier.Add(last);
        }

        (Last, Run) = (attempt, run);
    }

    /// <summary>The last attempt is as if it had never begun.</summary>
    public void Forget(WorkAttempt attempt)
    {
        if (Last != attempt) return;
        Last = Earlier is { Count: > 0 } earlier ? earlier[^1] : null;
        if (Last is not null) Earlier!.RemoveAt(Earlier.Count - 1);
    }

    /// <summary>The attempt that a token was given out for; null if there is none, or not any more.</summary>
    public WorkAttempt? Find(in LeaseToken token)
    {
        if (Last is { } last && last.Number == token.Attempt) return last.Secret == token.Secret ? last : null;
        if (Earlier is null) return null;
        foreach (var attempt in Earlier)
            if (attempt.Number == token.Attempt) return attempt.Secret == token.Secret ? attempt : null;
        return null;
    }

    /// <summary>What is shown of it.</summary>
    /// <param name="text">What the segment's text has of it.</param>
    /// <param name="state">Where the task stands.</param>
    public WorkSnapshot Capture(ReadOnlyMemory<byte> text, TaskState state) => new()
    {
        Type = Kind.Type,
        Input = Input ?? text,
        Result = state == TaskState.Completed && Result is { } result ? (ReadOnlyMemory<byte>?)result : null,
        Queue = Kind.Queue,
        Priority = Priority,
        Key = Key,
        Attempt = Attempt,
        Retry = Kind.Retry,
        AttemptSeconds = Kind.AttemptSeconds,
        StartedAt = Last is { } last ? EngineClock.ToInstant(last.StartedAt) : null,
        Worker = Last?.Worker,
        Progress = Progress,
        CancelRequest = state == TaskState.Running ? Run?.CancelRequest : null,
        Parent = Origin?.Parent,
        TraceParent = Origin?.TraceParent,
        Schedule = Origin?.Schedule,
        After = After?.Tasks,
        AfterLeft = After is { } after && state == TaskState.Pending ? after.Left : 0,
    };
}

/// <summary>What few tasks with work have.</summary>
/// <param name="Parent">The task that created it.</param>
/// <param name="TraceParent">The trace that it belongs to.</param>
/// <param name="TimeoutSeconds">Its time limit, as it was asked for.</param>
/// <param name="Schedule">The occurrence that made it.</param>
/// <param name="Unique">The key that it is the only one with.</param>
internal sealed record WorkOrigin(Guid? Parent, string? TraceParent, double? TimeoutSeconds, ScheduleOccurrence? Schedule, string? Unique)
{
    /// <summary>What there is of it; null if there is nothing.</summary>
    public static WorkOrigin? Of(WorkSpec work, double? timeoutSeconds) =>
        work.Parent is null && work.TraceParent is null && timeoutSeconds is null && work.Schedule is null && work.Unique is null
            ? null
            : new WorkOrigin(work.Parent, work.TraceParent, timeoutSeconds, work.Schedule, work.Unique?.Key);
}
