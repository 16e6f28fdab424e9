using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>What identifies a call that takes effect once, however often it is made.</summary>
/// <param name="Call">Of the caller, the route and the caller's own key: which call it is.</param>
/// <param name="Body">Of the body, which is the same each time.</param>
internal readonly record struct IdempotencyKey(Digest Call, Digest Body);

/// <summary>What is kept of a call.</summary>
/// <param name="Body">Of the body that it came with.</param>
/// <param name="Waits">It waits, or waited, for what it created. If it doesn't, its answer is the tasks as they were created.</param>
/// <param name="Answer">The answer to a call that waited; null as long as there is none.</param>
internal sealed record IdempotencyRecord(Digest Body, bool Waits, byte[]? Answer);

/// <summary>The answer to a creation that happens once.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Tasks">In the order asked for; empty unless <see cref="AnswerStatus.Ok"/>. Of a repeated call as they were created, without completions.</param>
/// <param name="IsRepeat">The call had been made before: nothing was created now.</param>
/// <param name="Waits"><inheritdoc cref="IdempotencyRecord" path="/param[@name='Waits']"/></param>
/// <param name="RetryAfter">With <see cref="AnswerStatus.KeysFull"/>: when the oldest key expires.</param>
internal readonly record struct CreateOnceAnswer(AnswerStatus Status, WatchedTask[] Tasks, bool IsRepeat = false, bool Waits = false, TimeSpan RetryAfter = default)
{
    /// <summary>With <see cref="AnswerStatus.TaskExists"/>.</summary>
    public TaskConflict? Conflict { get; init; }

    /// <summary>With <see cref="AnswerStatus.DependencyNotFound"/>, <see cref="AnswerStatus.TooDeep"/> and <see cref="AnswerStatus.TooLong"/>.</summary>
    public AfterRefusal? After { get; init; }

    /// <summary>True if the answer to a call has to be kept, since it is more than the tasks as they were created: it waits for them, may have found them, or tells what they wait for.</summary>
    public static bool Keeps(IReadOnlyList<TaskSpec> tasks, bool watch)
    {
        foreach (var task in tasks)
            if (task.Work is { IsRelated: true }) return true;
        return watch;
    }
}

/// <summary>The answer to a call that takes effect once, and whose answer is kept in the same step.</summary>
/// <param name="Answer">How it went, and the task where one was created now.</param>
/// <param name="Kept">What is kept, and answered each time; null unless <see cref="AnswerStatus.Ok"/>.</param>
/// <param name="IsRepeat">The call had been made before.</param>
/// <param name="RetryAfter"><inheritdoc cref="CreateOnceAnswer" path="/param[@name='RetryAfter']"/></param>
internal readonly record struct OnceAnswer(TaskAnswer Answer, byte[]? Kept = null, bool IsRepeat = false, TimeSpan RetryAfter = default)
{
    /// <summary>The call can't be made.</summary>
    public static OnceAnswer Refused(AnswerStatus status, TimeSpan retryAfter = default) => new(new TaskAnswer(status), RetryAfter: retryAfter);
}
