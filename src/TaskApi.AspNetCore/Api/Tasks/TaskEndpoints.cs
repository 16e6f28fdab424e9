using System.Net.Mime;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Bodies;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.AspNetCore.Api.TaskProblemTypes;
using static TaskApi.AspNetCore.Http.Problems.ProblemTypes;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>The calls on one task.</summary>
internal static class TaskEndpoints
{
    // JSON first: it is what a client gets that likes both alike.
    private static readonly OfferedMedia _resultMedia = new(MediaTypeNames.Application.Json, MediaTypeNames.Text.Plain);

    /// <summary>Maps the calls onto the group of all task routes.</summary>
    public static void MapTask(this RouteGroupBuilder tasks)
    {
        tasks.MapPost("", CreateAsync).WithDoc(TaskDocs.Create).WithIdempotency().WithProblems(TaskNotFound, TaskExists, CapacityReached, ShuttingDown);
        tasks.MapMethods("/{id}", ReadMethods.All, GetAsync).WithDoc(TaskDocs.Get).WithProblems(TaskNotFound, ShuttingDown);
        tasks.MapMethods("/{id}/done", ReadMethods.All, GetDoneAsync).WithDoc(TaskDocs.IsDone).WithProblems(TaskNotFound);
        tasks.MapMethods("/{id}/result", ReadMethods.All, GetResultAsync).WithDoc(TaskDocs.GetResult).WithMetadata(_resultMedia)
            .WithProblems(TaskNotFound, TaskNotFinished, TaskProblemTypes.TaskCancelled, TaskFailed, ShuttingDown);
        tasks.MapPatch("/{id}", RescheduleAsync).WithDoc(TaskDocs.Reschedule).WithProblems(TaskNotFound, TaskAlreadyFinished, TaskRunning, PreconditionFailed);
        tasks.MapDelete("/{id}", CancelAsync).WithDoc(TaskDocs.Cancel).WithProblems(TaskNotFound, TaskAlreadyFinished, PreconditionFailed, ShuttingDown);
    }

    private static async Task<Results<AcceptedJson<TaskResponse>, OkJson<TaskResponse>, ProblemResult>> CreateAsync(
        JsonBody<CreateTaskRequest> body, HttpContext context, IdempotentCreation creation, CreationContextFactory contexts, TaskWaiter waiter, TaskReader reader, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = new FieldErrors();
        var wait = waiter.Read(context.Request, errors);
        var task = CreateTaskValidation.Validate(request, contexts.Of(context), FieldPath.Root, errors);
        if (task is null)
            return errors.ToProblem();

        var answer = await creation.CreateAsync(context, task, watch: wait is not null, cancellationToken);
        if (answer.Status != AnswerStatus.Ok)
            return answer.ToProblem();

        // Set before the wait, so that whoever loses the wait to a shutdown still learns the id.
        context.Response.Headers.Location = string.Concat(context.Request.PathBase, "/tasks/", answer.Task!.Id.ToString());
        // Pending, but nothing to wait for: what an earlier call with the same key was answered.
        if (wait is not { } asked || answer is { Completion: null, Task.IsDone: false })
            return ToAnswer(answer.Task, answer.IsExisting);

        asked.Confirm(context.Response);
        CallMemoryLease.Shrink(context, answer.Task.Weight);
        var (awaited, ended) = await reader.AwaitAsync(context.Owner(), answer, asked, cancellationToken);
        if (awaited is null)
            return ended!;
        return ToAnswer(awaited.WithLease(answer.Task.Work?.Lease), awaited.IsDone || answer.IsExisting);
    }

    private static Results<AcceptedJson<TaskResponse>, OkJson<TaskResponse>, ProblemResult> ToAnswer(TaskSnapshot task, bool isOk)
    {
        if (isOk)
            return JsonResults.Ok(task.ToResponse());
        return JsonResults.Accepted(task.ToCreated());
    }

    private static async Task<Results<OkJson<TaskResponse>, NotModified, ProblemResult>> GetAsync(
        string id, HttpContext context, TaskReader reader, ITaskClock clock, CancellationToken cancellationToken)
    {
        var (task, problem) = await reader.ReadAsync(context, id, cancellationToken);
        if (task is null)
            return problem!;

        var tag = EntityTags.Of(task);
        context.Response.Headers.ETag = tag;
        if (!task.IsDone)
            context.Response.Headers.RetryAfter = TaskRetryAfter.RetryAfterHeader(task, clock.UtcNow);
        return EntityTags.Matches(context.Request.Headers.IfNoneMatch, tag) ? NotModified.Instance : JsonResults.Ok(task.ToResponse());
    }

    private static async Task<Results<OkJson<TaskDoneResponse>, ProblemResult>> GetDoneAsync(
        string id, HttpContext context, ITaskQueries queries, CancellationToken cancellationToken)
    {
        if (!IdText.TryParse(id, out var guid))
            return StorageProblems.TaskNotFound();
        var answer = await queries.FindAsync(context.Owner(), guid, cancellationToken);
        return answer is { Status: AnswerStatus.Ok, Task: { } task }
            ? JsonResults.Ok(new TaskDoneResponse(task.Id, task.IsDone, task.State))
            : answer.Status.ToProblem();
    }

    private static async Task<Results<OkJson<TaskResultResponse>, OkText, ProblemResult>> GetResultAsync(
        string id, HttpContext context, TaskReader reader, ITaskClock clock, CancellationToken cancellationToken)
    {
        var (task, problem) = await reader.ReadAsync(context, id, cancellationToken);
        context.Response.Headers.Vary = "Accept";
        if (task is null)
            return problem!;
        var json = task.Work?.Result is { } value ? RawJson.Of(value) : null;
        if (task.Result is null && json is null)
            return TaskProblems.WithoutResult(task, clock.UtcNow);
        if (ContentNegotiation.Choose(context.Request.Headers.Accept, _resultMedia.Types) == 0)
            return JsonResults.Ok(new TaskResultResponse(task.Id, new TextOrJson(task.Result, json)));
        return new OkText(json is null ? Encoding.UTF8.GetBytes(task.Result!) : PlainText.Of(json));
    }

    private static async Task<Results<OkJson<TaskResponse>, ProblemResult>> RescheduleAsync(
        string id, JsonBody<RescheduleTaskRequest> body, HttpContext context, ITaskCommands commands, ITaskQueries queries, CreationContextFactory contexts, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = new FieldErrors();
        var condition = EntityTags.ReadCondition(context.Request, errors);
        if (RescheduleValidation.Validate(request, contexts.Of(context), errors) is not { } change)
            return errors.ToProblem();
        if (!IdText.TryParse(id, out var guid))
            return StorageProblems.TaskNotFound();
        if (change.Input is not null)
        {
            var task = (await queries.FindAsync(context.Owner(), guid, cancellationToken)).Task;
            if (RescheduleValidation.Fit(ref change, task) is { } wrong)
                return wrong;
        }

        var answer = await commands.RescheduleAsync(context.Owner(), guid, change, condition, cancellationToken);
        return answer.Status == AnswerStatus.WrongKind ? RescheduleValidation.WrongKind(change) : ToResult(context, answer);
    }

    private static async Task<Results<OkJson<TaskResponse>, AcceptedJson<TaskResponse>, ProblemResult>> CancelAsync(
        string id, HttpContext context, ITaskCommands commands, ITaskWaits waits, TaskWaiter waiter, TaskReader reader, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var error = CancelReason.Read(context.Request, errors);
        var force = CancelReason.ReadForce(context.Request, errors);
        var wait = waiter.Read(context.Request, errors);
        var condition = EntityTags.ReadCondition(context.Request, errors);
        if (!errors.IsEmpty)
            return errors.ToProblem();
        if (!IdText.TryParse(id, out var guid))
            return StorageProblems.TaskNotFound();

        if (wait is { } asked)
            return await CancelAndAwaitAsync(context, guid, error, condition, force, asked, commands, waits, reader, cancellationToken);
        var answer = await commands.CancelAsync(context.Owner(), guid, error, condition, force, cancellationToken);
        return answer is { Status: AnswerStatus.Ok, Task: { IsDone: false } running } ? ToRequested(context, running) : ToCancelled(context, answer);
    }

    // Apart, so that the many that nobody waits for don't carry what it needs.
    private static async ValueTask<Results<OkJson<TaskResponse>, AcceptedJson<TaskResponse>, ProblemResult>> CancelAndAwaitAsync(
        HttpContext context, Guid id, TaskError error, TaskCondition? condition, bool force, RequestedWait asked, ITaskCommands commands, ITaskWaits waits, TaskReader reader, CancellationToken cancellationToken)
    {
        // Watched before, since it may be forgotten as soon as it is done.
        var watched = await waits.WatchAsync(context.Owner(), id, cancellationToken);
        var answer = await commands.CancelAsync(context.Owner(), id, error, condition, force, cancellationToken);
        asked.Confirm(context.Response);
        if (answer is not { Status: AnswerStatus.Ok, Task.IsDone: false } && (answer.Status != AnswerStatus.NotFound || watched.Completion is null))
            return ToCancelled(context, answer);
        var (ended, problem) = await reader.AwaitAsync(context.Owner(), watched, asked, cancellationToken);
        return ended switch
        {
            null => problem!,
            { State: TaskState.Cancelled } => ToCancelled(context, new TaskAnswer(AnswerStatus.Ok, ended)),
            { IsDone: true } => TaskProblems.AlreadyFinished(ended),
            _ => ToRequested(context, ended),
        };
    }

    private static Results<OkJson<TaskResponse>, AcceptedJson<TaskResponse>, ProblemResult> ToCancelled(HttpContext context, TaskAnswer answer)
    {
        var result = ToResult(context, answer).Result;
        return result is ProblemResult problem ? problem : (OkJson<TaskResponse>)result;
    }

    private static AcceptedJson<TaskResponse> ToRequested(HttpContext context, TaskSnapshot running)
    {
        context.Response.Headers.ETag = EntityTags.Of(running);
        return JsonResults.Accepted(running.ToResponse());
    }

    private static Results<OkJson<TaskResponse>, ProblemResult> ToResult(HttpContext context, TaskAnswer answer)
    {
        switch (answer)
        {
            case { Status: AnswerStatus.Ok, Task: { } task }:
                context.Response.Headers.ETag = EntityTags.Of(task);
                return JsonResults.Ok(task.ToResponse());
            case { Status: AnswerStatus.AlreadyFinished, Task: { } task }:
                return TaskProblems.AlreadyFinished(task);
            default:
                return answer.Status.ToProblem();
        }
    }
}
