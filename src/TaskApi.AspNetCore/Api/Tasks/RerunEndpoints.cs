using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.AspNetCore.Api.TaskProblemTypes;
using static TaskApi.AspNetCore.Http.Problems.ProblemTypes;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>The calls on what tasks have been through, and that run them again.</summary>
internal static class RerunEndpoints
{
    /// <summary>Maps the calls onto the group of all task routes.</summary>
    public static void MapRerun(this RouteGroupBuilder tasks)
    {
        tasks.MapMethods("/{id}/attempts", ReadMethods.All, ListAttemptsAsync).WithDoc(RerunDocs.ListAttempts).WithProblems(TaskNotFound);
        tasks.MapPost("/{id}/rerun", RerunAsync).WithDoc(RerunDocs.Rerun).WithIdempotency(hasBody: false).WithProblems(TaskNotFound, TaskNotFinished, CapacityReached, ShuttingDown);
        tasks.MapPost("/rerun", RerunManyAsync).WithDoc(RerunDocs.RerunMany).WithIdempotency(hasBody: false).WithProblems(CapacityReached, ShuttingDown);
        tasks.MapNoOther("/rerun", HttpMethods.Post);
    }

    private static async Task<Results<OkJson<AttemptsResponse>, ProblemResult>> ListAttemptsAsync(
        string id, HttpContext context, IWorkHistory history, ITaskQueries queries, CancellationToken cancellationToken)
    {
        if (!IdText.TryParse(id, out var guid))
            return StorageProblems.TaskNotFound();
        if (await history.ListAttemptsAsync(context.Owner(), guid, cancellationToken) is { } attempts)
            return JsonResults.Ok(new AttemptsResponse([.. attempts.Select(ToResponse)]));
        // A storage that runs no work knows of none; the task may be there.
        var answer = await queries.FindAsync(context.Owner(), guid, cancellationToken);
        return answer.Status == AnswerStatus.Ok ? JsonResults.Ok(new AttemptsResponse([])) : answer.Status.ToProblem();
    }

    private static async Task<Results<AcceptedJson<TaskResponse>, KeptAnswer, ProblemResult>> RerunAsync(
        string id, HttpContext context, IWorkHistory history, ITaskQueries queries, IdempotentEffect effect, ITaskClock clock, CancellationToken cancellationToken)
    {
        if (!IdText.TryParse(id, out var guid))
            return StorageProblems.TaskNotFound();
        // What is refused for itself takes no key.
        var found = await queries.FindAsync(context.Owner(), guid, cancellationToken);
        if (found is not { Status: AnswerStatus.Ok, Task: { } finished })
            return found.Status.ToProblem();
        if (!finished.IsDone)
            return TaskProblems.WithoutResult(finished, clock.UtcNow);
        if (finished.Work is { } work && WorkTypes.RunsAtOnce(work.Type))
            return AnswerStatus.RunsOnce.ToProblem();
        if (IdempotencyAttempt.Of(context) is { } attempt)
        {
            var once = await effect.RerunAsync(context, attempt, guid, static created => created.ToResponse(), cancellationToken);
            return once.Kept is { } kept ? new KeptAnswer(kept) : once.Answer.Status.ToProblem();
        }

        var answer = await history.RerunAsync(context.Owner(), guid, cancellationToken);
        if (answer is not { Status: AnswerStatus.Ok, Task: { } task })
            return answer.Status.ToProblem();
        context.Response.Headers.Location = string.Concat(context.Request.PathBase, "/tasks/", task.Id.ToString());
        return JsonResults.Accepted(task.ToResponse());
    }

    private static async Task<Results<AcceptedJson<RerunResponse>, KeptAnswer, ProblemResult>> RerunManyAsync(
        HttpContext context, IWorkHistory history, IdempotentEffect effect, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var group = context.Request.QueryField("group");
        FieldRules.Label.Check(group, "group", FieldPath.Root, errors);
        var query = new RerunQuery(
            ReadState(context.Request, errors), ListQuery.ReadType(context.Request, errors), ListQuery.CheckLabel(context.Request, "queue", errors), group, ReadSpread(context.Request, errors))
        {
            CreatedAfter = ListQuery.ReadInstant(context.Request, ListQuery.CreatedAfter, errors),
            CreatedBefore = ListQuery.ReadInstant(context.Request, ListQuery.CreatedBefore, errors),
        };
        if (!errors.IsEmpty)
            return errors.ToProblem();
        if (IdempotencyAttempt.Of(context) is { } attempt)
        {
            var once = await effect.RerunManyAsync(context, attempt, query, static created => new RerunResponse(created), cancellationToken);
            return once.Kept is { } kept ? new KeptAnswer(kept) : once.Answer.Status.ToProblem();
        }

        var answer = await history.RerunManyAsync(context.Owner(), query, cancellationToken);
        return answer.Status == AnswerStatus.Ok ? JsonResults.Accepted(new RerunResponse(answer.Created)) : answer.Status.ToProblem();
    }

    private static TaskState ReadState(HttpRequest request, FieldErrors errors)
    {
        if (request.QueryField("status") is not { } text)
            return TaskState.Failed;
        if (NamedValues<TaskState>.TryParse(text, out var state) && state.IsDone())
            return state;
        errors.Add("status", "must be failed, which it is if it is left out, completed or cancelled.");
        return TaskState.Failed;
    }

    private static double ReadSpread(HttpRequest request, FieldErrors errors)
    {
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (request.QueryField(RerunDocs.SpreadSeconds) is not { } text)
            return 0;
        if (double.TryParse(text, Style, CultureInfo.InvariantCulture, out var seconds) && FieldRules.DelaySeconds.Allows(seconds))
            return seconds;
        errors.Add(RerunDocs.SpreadSeconds, FieldRules.DelaySeconds.Fault);
        return 0;
    }

    private static AttemptResponse ToResponse(AttemptInfo attempt) => new(
        attempt.Number, attempt.Worker, attempt.StartedAt, attempt.EndedAt, attempt.Outcome?.ToString().ToLowerInvariant(), attempt.Error?.ToResponse());
}
