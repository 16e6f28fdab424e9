using System.Globalization;

namespace TaskApi;

/// <summary>
/// The service has refused a call. That the service can't be reached is an <see cref="HttpRequestException"/>, and that it doesn't
/// answer a <see cref="TimeoutException"/>, both after the retries.
/// </summary>
/// <param name="problem">What the service says.</param>
/// <param name="retryAfter">When it suggests to try again, or null.</param>
public class TaskApiException(Problem problem, TimeSpan? retryAfter = null)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"{problem.Status}: {problem.Detail ?? problem.Title ?? "the service gives no reason."}"))
{
    /// <summary>The type of the problem that the service stops.</summary>
    internal const string ShuttingDown = "urn:taskapi:problem:shutting-down";

    /// <summary>What the service says.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>When the service suggests to try again, or null.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>True if the same call may succeed at another time.</summary>
    internal bool IsPassing => Problem.Status is 429 or 502 or 503 or 504;

    /// <summary>True if the service, or the program that it is part of, stops.</summary>
    internal bool IsStopping => Problem.Type == ShuttingDown;

    internal static Exception Of(Problem problem, TimeSpan? retryAfter) => problem.Type?.Split(':')[^1] switch
    {
        "invalid-request" => new InvalidRequestException(problem),
        "task-not-found" => new TaskNotFoundException(problem),
        "task-already-finished" => new TaskAlreadyFinishedException(problem),
        "task-exists" => new TaskExistsException(problem),
        "schedule-not-found" => new ScheduleNotFoundException(problem),
        "precondition-failed" => new PreconditionFailedException(problem),
        "task-cancelled" => new TaskCancelledException(problem),
        // The coroutine's own exception, as whoever awaits it in the same process gets it.
        "task-failed" when problem.Error is { } error => new TaskFailedException(error.Reason, error.Detail, innerException: new TaskApiException(problem)),
        "gather-failed" => new GatherFailedException(problem),
        _ when problem.Status is 429 or 503 => new ServiceBusyException(problem, retryAfter),
        _ => new TaskApiException(problem, retryAfter),
    };
}

/// <summary>Something in the call is not as it has to be: <see cref="Problem.Errors"/> names it.</summary>
/// <param name="problem">What the service says.</param>
public sealed class InvalidRequestException(Problem problem) : TaskApiException(problem);

/// <summary>A task is unknown or has been forgotten, or belongs to another key.</summary>
/// <param name="problem">What the service says.</param>
public sealed class TaskNotFoundException(Problem problem) : TaskApiException(problem);

/// <summary>The task is done: too late to cancel or reschedule it.</summary>
/// <param name="problem">What the service says.</param>
public sealed class TaskAlreadyFinishedException(Problem problem) : TaskApiException(problem);

/// <summary>
/// Nothing was created: there is a task with the key of <see cref="NewTask.Unique"/>. It is <see cref="Problem.Task"/>, or null where it would be
/// another one of the same <see cref="ITasks.CreateManyAsync"/>; there, <see cref="Problem.Index"/> says which one it is in the way of.
/// </summary>
/// <param name="problem">What the service says.</param>
public sealed class TaskExistsException(Problem problem) : TaskApiException(problem);

/// <summary>There is no schedule of this name.</summary>
/// <param name="problem">What the service says.</param>
public sealed class ScheduleNotFoundException(Problem problem) : TaskApiException(problem);

/// <summary>What was to be changed isn't as it was read any more, or is there already: nothing was changed.</summary>
/// <param name="problem">What the service says.</param>
public sealed class PreconditionFailedException(Problem problem) : TaskApiException(problem);

/// <summary>The task has no result, because it was cancelled: <see cref="Problem.Error"/> says why.</summary>
/// <param name="problem">What the service says.</param>
public sealed class TaskCancelledException(Problem problem) : TaskApiException(problem);

/// <summary>One of the tasks gathered did not complete: <see cref="Problem.Task"/>, at <see cref="Problem.Index"/>. The others go on.</summary>
/// <param name="problem">What the service says.</param>
public sealed class GatherFailedException(Problem problem) : TaskApiException(problem);

/// <summary>The service is at one of its limits, is stopping, or can't write to its storage: try again later.</summary>
/// <param name="problem">What the service says.</param>
/// <param name="retryAfter">When it suggests to try again, or null.</param>
public sealed class ServiceBusyException(Problem problem, TimeSpan? retryAfter) : TaskApiException(problem, retryAfter);
