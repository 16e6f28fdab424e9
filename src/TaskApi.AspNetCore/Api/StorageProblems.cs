using System.Globalization;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api;

/// <summary>The problems that stand for a storage's refusals.</summary>
internal static class StorageProblems
{
    // Room comes as tasks finish, which at ten million of them is all the time.
    private const int CapacityRetrySeconds = 1;

    // Somebody has to make room first, and then it is there at once.
    private const int StorageRetrySeconds = 2;

    /// <summary>The id is unknown, forgotten, malformed, or another caller's.</summary>
    public static ProblemResult TaskNotFound() =>
        new(TaskProblemTypes.TaskNotFound, "No task has this id: it is malformed, was never given out, or its task has been forgotten.");

    /// <summary>The task isn't, or isn't any more, as If-Match or If-None-Match wants it.</summary>
    public static ProblemResult ConditionFailed() =>
        new(TaskProblemTypes.PreconditionFailed, "Nothing was changed: the ETag is not what If-Match or If-None-Match wants. Look again, and decide anew.");

    /// <summary>The storage can't be used now.</summary>
    public static ProblemResult StorageUnavailable() =>
        new(TaskProblemTypes.StorageUnavailable, "The tasks are safe, but nothing can be changed now; try again later.") { RetryAfterSeconds = StorageRetrySeconds };

    /// <summary>The storage broke off in the middle of a change.</summary>
    public static ProblemResult OutcomeUnknown() =>
        new(TaskProblemTypes.StorageUnavailable, "The database broke off while the change was being written: it may have been made, or not. Look, or make the call again; a creation with the same Idempotency-Key is made once.") { RetryAfterSeconds = StorageRetrySeconds };

    /// <summary>The problem for a status other than <see cref="AnswerStatus.Ok"/>.</summary>
    public static ProblemResult ToProblem(this AnswerStatus status) => status switch
    {
        AnswerStatus.NotFound => TaskNotFound(),
        AnswerStatus.AlreadyFinished => new(TaskProblemTypes.TaskAlreadyFinished, "The task is done; its final state does not change any more."),
        AnswerStatus.NotFinished => new(TaskProblemTypes.TaskNotFinished, "The task has not finished yet."),
        AnswerStatus.IsRunning => new(TaskProblemTypes.TaskRunning, "The task is running: only a pending one can be changed."),
        AnswerStatus.TaskExists => TaskExists(task: null, index: null),
        AnswerStatus.WrongKind => Invalid("message", "must not be given for a task with a type, nor input or priority for one with a message."),
        AnswerStatus.DependencyNotFound => DependenciesNotFound([]),
        AnswerStatus.TooDeep => TooDeep(index: null),
        AnswerStatus.RunsOnce => Invalid("type", "must not be future or gather: there is no coroutine to run again."),
        AnswerStatus.ConditionFailed => ConditionFailed(),
        AnswerStatus.CapacityReached => new(ProblemTypes.CapacityReached, "No more tasks can be pending at once; try again when some have finished.") { RetryAfterSeconds = CapacityRetrySeconds },
        AnswerStatus.KeysFull => IdempotencyProblems.KeysFull(),
        AnswerStatus.KeyReused => IdempotencyProblems.KeyReused(),
        AnswerStatus.ShuttingDown => Stopping.Problem(),
        AnswerStatus.StorageUnavailable => StorageUnavailable(),
        AnswerStatus.OutcomeUnknown => OutcomeUnknown(),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a refusal."),
    };

    /// <summary>The problem for an answer that isn't <see cref="AnswerStatus.Ok"/>.</summary>
    public static ProblemResult ToProblem(this in TaskAnswer answer) =>
        answer.Status == AnswerStatus.TaskExists ? TaskExists(answer.Task?.ToResponse(), index: null)
        : answer.After is { } refusal ? AfterRefused(refusal, index: null)
        : answer.Status.ToProblem();

    /// <inheritdoc cref="ToProblem(in TaskAnswer)"/>
    public static ProblemResult ToProblem(this in TasksAnswer answer) =>
        answer.Conflict is { } conflict ? TaskExists(conflict.Task?.ToResponse(), conflict.Index)
        : answer.After is { } refusal ? AfterRefused(refusal, refusal.Index)
        : answer.Status.ToProblem();

    /// <summary>Tasks can't be created that are to wait for others.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="index">The place of the first of them in a batch; null for the only one.</param>
    public static ProblemResult AfterRefused(AfterRefusal refusal, int? index) => refusal.Status == AnswerStatus.TooDeep ? TooDeep(index) : DependenciesNotFound(refusal.Ids);

    /// <summary>There is a task with the key that the one to create was to be the only one with.</summary>
    /// <param name="task">The one that there is; null if it would be another of the same batch.</param>
    /// <param name="index">The place of the one to create in a batch.</param>
    public static ProblemResult TaskExists(TaskResponse? task, int? index) =>
        new(TaskProblemTypes.TaskExists, "Nothing was created: there is a task with this unique key, which stays as it is.") { Members = new ProblemMembers { Task = task, Index = index }.Named() };

    private static ProblemResult DependenciesNotFound(IReadOnlyList<string> ids) =>
        new(TaskProblemTypes.TaskNotFound, "Nothing was created: no tasks have the ids listed in ids, which after or a gather names. They are malformed, were never given out, or their tasks have been forgotten.") { Members = new ProblemMembers { Ids = ids.ToArray() }.Named() };

    private static ProblemResult TooDeep(int? index) => Invalid("after", string.Create(CultureInfo.InvariantCulture, $"must not make more than {WorkAfter.MostDepth} tasks wait one for the other."), index);

    private static ProblemResult Invalid(string field, string text, int? index = null)
    {
        var errors = new FieldErrors();
        errors.Add(index is { } place ? FieldPath.Element("", place) : FieldPath.Root, field, text);
        return errors.ToProblem();
    }
}
