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

    private const string TaskIsThere = "Nothing was created: there is a task with this unique key, which stays as it is.";

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
        AnswerStatus.TaskExists => new(TaskProblemTypes.TaskExists, TaskIsThere),
        AnswerStatus.WrongKind => Invalid("message", "must not be given for a task with a type, nor input or priority for one with a message."),
        AnswerStatus.DependencyNotFound => DependenciesNotFound([]),
        AnswerStatus.TooDeep => TooDeep(FieldPath.Root),
        AnswerStatus.TooLong => TooLong(FieldPath.Root),
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
        answer.Conflict is { } conflict ? TaskExists(conflict, FieldPath.Root, index: null)
        : answer.After is { } refusal ? AfterRefused(refusal, FieldPath.Root)
        : answer.Status.ToProblem();

    /// <inheritdoc cref="ToProblem(in TaskAnswer)"/>
    /// <param name="answer">The answer.</param>
    /// <param name="list">Where in the body the tasks are; empty if the body is their list.</param>
    public static ProblemResult ToProblem(this in TasksAnswer answer, string list = "") =>
        answer.Conflict is { } conflict ? TaskExists(conflict, FieldPath.Element(list, conflict.Index), conflict.Index)
        : answer.After is { } refusal ? AfterRefused(refusal, FieldPath.Element(list, refusal.Index))
        : answer.Status.ToProblem();

    /// <summary>Tasks can't be created that are to wait for others.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="path">The first of them.</param>
    public static ProblemResult AfterRefused(AfterRefusal refusal, FieldPath path) => refusal.Status switch
    {
        AnswerStatus.TooDeep => TooDeep(path),
        AnswerStatus.TooLong => TooLong(Within(path, refusal.Path)),
        _ => DependenciesNotFound(refusal.Ids),
    };

    /// <summary>There is a task with the key that the one to create was to be the only one with.</summary>
    /// <param name="conflict">Which one to create, and the one that there is.</param>
    /// <param name="path">The task that was asked for.</param>
    /// <param name="index">Its place in a batch; null for the only one.</param>
    public static ProblemResult TaskExists(TaskConflict conflict, FieldPath path, int? index) => TaskExists(conflict.Task?.ToResponse(), Within(path, conflict.Path), index);

    /// <inheritdoc cref="TaskExists(TaskConflict, FieldPath, int?)"/>
    /// <param name="task">The one that there is; null if it would be another of those to create.</param>
    /// <param name="path">The one to create.</param>
    /// <param name="index">Its place in a batch, or that of the gather that it is in; null for the only one.</param>
    public static ProblemResult TaskExists(TaskResponse? task, FieldPath path, int? index) =>
        new(TaskProblemTypes.TaskExists, task is null ? "Nothing was created: two of the tasks have this unique key." : TaskIsThere)
        {
            Errors = new Dictionary<string, string[]> { [path.Of("unique")] = [task is null ? "has the key of another of the tasks to create." : "has the key of a task that there is."] },
            Members = new ProblemMembers { Task = task, Index = index }.Named(),
        };

    private static ProblemResult DependenciesNotFound(IReadOnlyList<string> ids) =>
        new(TaskProblemTypes.TaskNotFound, "Nothing was created: no tasks have the ids listed in ids, which after or a gather names. They are malformed, were never given out, or their tasks have been forgotten.") { Members = new ProblemMembers { Ids = ids.ToArray() }.Named() };

    private static ProblemResult TooDeep(FieldPath path) => Invalid("after", string.Create(CultureInfo.InvariantCulture, $"must not make more than {WorkAfter.MostDepth} tasks wait one for the other."), path);

    private static ProblemResult TooLong(FieldPath path) => Invalid(
        "input.ids", string.Create(CultureInfo.InvariantCulture, $"must name tasks that are done with at most {GatherSpec.MostBytesAtOnce} bytes of results in one call, each as often as it is named."), path);

    // Of one that a gather brings along, which may itself be in one.
    private static FieldPath Within(FieldPath path, IReadOnlyList<int> places)
    {
        foreach (var place in places)
            path = FieldPath.Element(path.Of("input.tasks"), place);
        return path;
    }

    private static ProblemResult Invalid(string field, string text, FieldPath path = default)
    {
        var errors = new FieldErrors();
        errors.Add(path, field, text);
        return errors.ToProblem();
    }
}
