using System.Net.Mime;
using TaskApi.AspNetCore.Http.Bodies;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Docs;

/// <summary>How the problems of the catalogue look, each as the service would answer it.</summary>
internal static class ProblemExamples
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static readonly Dictionary<ProblemType, ProblemResult> _examples = new ProblemResult[]
    {
        new(ProblemTypes.InvalidRequest, "delaySeconds must be from 0 to 31536000.")
        {
            Errors = new Dictionary<string, string[]> { ["delaySeconds"] = ["must be from 0 to 31536000."] },
        },
        new(ProblemTypes.Unauthorized, "This call needs an API key, as Authorization: Bearer KEY or X-Api-Key: KEY."),
        ReadOnlyCaller.Refusal(),
        ForeignPages.Refusal(),
        new(ProblemTypes.NotAcceptable, "This call answers in application/json."),
        new(TaskProblemTypes.TaskNotFinished, "The task is pending; ask again when it is due, or wait for it with waitSeconds.") { RetryAfterSeconds = 30 },
        new(TaskProblemTypes.TaskAlreadyFinished, "The task has completed; its final state does not change any more."),
        new(TaskProblemTypes.TaskCancelled, "The task was cancelled and will never have a result.") { Members = new ProblemMembers { Error = ExampleTasks.Cancelled.Task().Error }.Named() },
        new(TaskProblemTypes.TaskFailed, "The task failed and will never have a result.") { Members = new ProblemMembers { Error = new("InvalidOperationException", "The work threw.") }.Named() },
        new(TaskProblemTypes.GatherFailed, "The task was cancelled; the others go on.") { Members = new ProblemMembers { Task = ExampleTasks.Cancelled.Task(), Index = 1 }.Named() },
        new(TaskProblemTypes.TaskRunning, "The task is running: only a pending one can be changed."),
        StorageProblems.TaskExists(ExampleTasks.Work.Task(), FieldPath.Root, index: null),
        WorkProblems.LeaseLost(),
        WorkProblems.ResultTooLarge(),
        new(IdempotencyProblems.KeyReusedType, "This Idempotency-Key came with another body before; use a new key for a new call."),
        new(ProblemTypes.RateLimited, "You call more often than you may; try again in 1 s.") { RetryAfterSeconds = 1 },
        BodyLimit.Exceeded(BodyLimit.OrdinaryBytes),
        new(ProblemTypes.UnsupportedMediaType, AcceptedBody.Rule(MediaTypeNames.Application.Json)),
        StorageProblems.TaskNotFound(),
        new(TaskProblemTypes.ScheduleNotFound, "There is no schedule of this name."),
        StorageProblems.ConditionFailed(),
        AnswerStatus.CapacityReached.ToProblem(),
        StorageProblems.StorageUnavailable(),
        Stopping.Problem(),
    }.ToDictionary(static example => example.Type);

    /// <summary>An occurrence of the problem; for one that nothing more is known of, the sentence that a bare status gives.</summary>
    public static ProblemResult Of(ProblemType type) =>
        _examples.TryGetValue(type, out var example) ? example
        : ProblemTypes.ForStatus(type.Status) is var (bare, detail) && bare == type ? new(type, detail)
        : new(type, type.Title);

    /// <summary>Its body.</summary>
    public static ProblemDocument ToDocument(this ProblemResult example) =>
        example.ToDocument(example.Type == TaskProblemTypes.PreconditionFailed || example.Type.Name.StartsWith("task-", StringComparison.Ordinal) ? ExampleTasks.Path : "/tasks", TraceId);
}
