using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>A worker that has called.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="Queues">The queues that it last asked for.</param>
/// <param name="Running">How many tasks it runs.</param>
/// <param name="LastSeenAt">When it last called.</param>
internal readonly record struct WorkerInfo(string Worker, IReadOnlyList<string> Queues, int Running, DateTimeOffset LastSeenAt);

/// <summary>What is due in a queue.</summary>
/// <param name="Queue">The queue's name; two owners may each have one of it.</param>
/// <param name="Ready">How many tasks are due and wait for somebody to run them.</param>
/// <param name="Running">How many run, whoever started them.</param>
internal readonly record struct QueueCount(string Queue, long Ready, long Running);

/// <summary>An attempt of a task.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Worker">Who ran it; null for nobody.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
/// <param name="Outcome">How it ended; null while it runs.</param>
/// <param name="Error">Its own error; null if it had none.</param>
internal sealed record AttemptInfo(int Number, string? Worker, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, AttemptOutcome? Outcome, TaskError? Error);

/// <summary>Which tasks to run again; null takes any.</summary>
/// <param name="State">Those in this final state.</param>
/// <param name="Type">Those of this type.</param>
/// <param name="Queue">Those of this queue.</param>
/// <param name="Group">Those of this group.</param>
/// <param name="SpreadSeconds">They come due evenly over so many seconds from now: 0 to 31,536,000.</param>
internal readonly record struct RerunQuery(TaskState State, string? Type = null, string? Queue = null, string? Group = null, double SpreadSeconds = 0)
{
    /// <summary>Those created at this instant or later.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Those created before this instant.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>The same, of what was created before that instant.</summary>
    /// <param name="since">In Unix milliseconds; beyond what there is: of everything.</param>
    public RerunQuery Before(long since)
    {
        if (since > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()) return this;
        var before = DateTimeOffset.FromUnixTimeMilliseconds(since);
        return CreatedBefore < before ? this : this with { CreatedBefore = before };
    }

    /// <summary>The tasks that it may be about, as a list has them.</summary>
    /// <param name="limit">So many at a time.</param>
    public TaskQuery ToQuery(int limit) =>
        new(State, Group, Name: null, After: null, limit) { Type = Type, Queue = Queue, CreatedAfter = CreatedAfter, CreatedBefore = CreatedBefore };
}

/// <summary>The answer to the running again of many tasks.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Created">How many tasks there are anew.</param>
internal readonly record struct RerunAnswer(AnswerStatus Status, long Created);

/// <summary>How many tasks were cancelled.</summary>
/// <param name="Cancelled">So many are.</param>
/// <param name="Requested">So many run, and have been asked to end.</param>
internal readonly record struct CancelCounts(long Cancelled, long Requested);

/// <summary>Which tasks to cancel, of those that are not done; null takes any.</summary>
/// <param name="Group">Those of this group.</param>
internal readonly record struct CancelQuery(string? Group = null)
{
    /// <summary>Those created at this instant or later.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Those created before this instant.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>The tasks that it may be about, as a list has them.</summary>
    /// <param name="limit">So many at a time.</param>
    public TaskQuery ToQuery(int limit) => new(State: null, Group, Name: null, After: null, limit) { CreatedAfter = CreatedAfter, CreatedBefore = CreatedBefore };
}
