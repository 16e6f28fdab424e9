using System.Text.Json.Serialization;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>What a task with a type has in place of a message. In JSON these stand among the task's other members; a message has none of them.</summary>
internal sealed record WorkResponse
{
    /// <summary>Which coroutine runs; absent for a message.</summary>
    public required string Type { get; init; }

    /// <summary>What the coroutine gets, as it was given.</summary>
    public required RawJson Input { get; init; }

    /// <summary>What it waits for before its delay begins; null if it doesn't, or not any more.</summary>
    public required AfterResponse? After { get; init; }

    /// <summary>Where it waits for its turn; null for what never does.</summary>
    public required string? Queue { get; init; }

    /// <summary>The higher, the sooner among those that are due.</summary>
    public required int Priority { get; init; }

    /// <summary>What a queue counts by.</summary>
    public required string? Key { get; init; }

    /// <summary>The number of the attempt that runs, or was the last; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>Whether, and when, it is begun again.</summary>
    public required RetryResponse Retry { get; init; }

    /// <summary>The longest that one attempt may take, in seconds; null: any time.</summary>
    public required double? AttemptSeconds { get; init; }

    /// <summary>When the attempt that runs, or was the last, began.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>Who runs it, or ran it last.</summary>
    public required string? Worker { get; init; }

    /// <summary>How far the coroutine says that it has come.</summary>
    public required ProgressResponse? Progress { get; init; }

    /// <summary>True if the coroutine was asked to end, and hasn't yet.</summary>
    public required bool CancelRequested { get; init; }

    /// <summary>The schedule that made it, and for which of its occurrences; null: none did.</summary>
    public required ScheduleOccurrenceResponse? Schedule { get; init; }

    /// <summary>The task that created it, or that it runs again.</summary>
    public required Guid? Parent { get; init; }

    /// <summary>Which of <c>input</c> and <c>result</c> are left out because they are long: in lists and events, beyond 1,024 bytes. Absent if neither is.</summary>
    public required IReadOnlyList<string>? Omitted { get; init; }

    /// <summary>Of a <c>future</c>, in the answer to its creation alone: with its token anybody sets the result, or the error, by POST /work/finish.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LeaseResponse? Lease { get; init; }

    /// <summary>The result of a completed one; null for none.</summary>
    internal RawJson? Result { get; init; }
}

/// <summary>Whether, and when, work that did not succeed is begun again.</summary>
/// <param name="MaxAttempts">How many attempts may end in an error.</param>
/// <param name="MaxLosses">How often a lost attempt is begun again.</param>
/// <param name="InitialSeconds">The delay after the first error.</param>
/// <param name="Factor">What it grows by with each further one.</param>
/// <param name="MaxSeconds">The longest delay.</param>
/// <param name="Jitter">The part of a delay of which a random share is left out.</param>
/// <param name="MaxElapsedSeconds">No attempt begins later than so many seconds after the creation; null: no such bound.</param>
internal sealed record RetryResponse(int MaxAttempts, int MaxLosses, double InitialSeconds, double Factor, double MaxSeconds, double Jitter, double? MaxElapsedSeconds);

/// <summary>How far a coroutine says that it has come.</summary>
/// <param name="Done">How much is done, in units of its own.</param>
/// <param name="Total">Of how much; null if it doesn't know.</param>
/// <param name="Note">What it is about.</param>
/// <param name="At">When it said so.</param>
internal sealed record ProgressResponse(double Done, double? Total, string? Note, DateTimeOffset At);

/// <summary>An occurrence of a schedule.</summary>
/// <param name="Name">The schedule's name.</param>
/// <param name="At">The occurrence's instant.</param>
internal sealed record ScheduleOccurrenceResponse(string Name, DateTimeOffset At);

/// <summary>What a task waits for.</summary>
/// <param name="Ids">The tasks.</param>
/// <param name="On">Whether they have to complete, or just to be done.</param>
/// <param name="Left">How many of them aren't done.</param>
internal sealed record AfterResponse(IReadOnlyList<Guid> Ids, AfterRule On, int Left);
