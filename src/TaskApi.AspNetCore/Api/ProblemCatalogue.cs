using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Idempotency;
using static TaskApi.AspNetCore.Api.TaskProblemTypes;
using static TaskApi.AspNetCore.Http.Problems.ProblemTypes;

namespace TaskApi.AspNetCore.Api;

/// <summary>The catalogue of every problem that a caller can meet: those of the protocol, of the tasks and of the idempotency keys.</summary>
internal static class ProblemCatalogue
{
    /// <summary>All of them, in order of their status.</summary>
    public static IReadOnlyList<ProblemType> All { get; } =
    [
        InvalidRequest, Unauthorized, ReadOnly, CrossOrigin, NotFound, TaskNotFound, ScheduleNotFound, MethodNotAllowed, NotAcceptable, RequestTimeout, TaskNotFinished, TaskAlreadyFinished,
        TaskRunning, TaskExists, WorkProblems.LeaseLostType, TaskCancelled, PreconditionFailed, ContentTooLarge, WorkProblems.ResultTooLargeType, UnsupportedMediaType, IdempotencyProblems.KeyReusedType, TaskFailed, GatherFailed, RateLimited,
        InternalError, CapacityReached, StorageUnavailable, ShuttingDown,
    ];
}
