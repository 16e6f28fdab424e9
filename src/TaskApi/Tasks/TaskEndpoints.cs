using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskApi.Engine;
using TaskApi.Web;
using TaskApi.Web.Contracts;
using TaskApi.Web.Idempotency;
using TaskApi.Web.Json;
using TaskApi.Web.Problems;
using static TaskApi.Web.Problems.ProblemTypes;

namespace TaskApi.Tasks;

/// <summary>The calls on one task.</summary>
internal static class TaskEndpoints
{
    // JSON first: it is what a client gets that likes both alike.
    private static readonly OfferedMedia _resultMedia = new(MediaTypeNames.Application.Json, MediaTypeNames.Text.Plain);

    /// <summary>Maps the calls onto the group of all task routes.</summary>
    public static void MapTask(this RouteGroupBuilder tasks)
    {
        tasks.MapPost("", CreateAsync).WithName("CreateTask").WithIdempotency().WithProblems(CapacityReached, ShuttingDown)
            .WithSummary("Create a task")
            .WithDescription("Creates a task that delivers its message when it comes due: asyncio.create_task. With waitSeconds or Prefer: wait it is created and awaited in one call, as await does: 200 if it finishes in time, else 202.");
        tasks.MapRead("/{id}", GetAsync).WithName("GetTask").WithProblems(TaskNotFound, ShuttingDown)
            .WithSummary("Look at a task, or wait for it")
            .WithDescription("Answers at once, or, with waitSeconds or Prefer: wait, as soon as the task is done and at the latest when that time is over: asyncio.wait_for(asyncio.shield(task), N), which leaves the task alone when time runs out.");
        tasks.MapRead("/{id}/done", GetDoneAsync).WithName("IsTaskDone").WithProblems(TaskNotFound)
            .WithSummary("Ask whether a task is done")
            .WithDescription("asyncio's Task.done(): true once the task has completed, failed or been cancelled.");
        tasks.MapRead("/{id}/result", GetResultAsync).WithName("GetTaskResult").WithMetadata(_resultMedia)
            .WithProblems(TaskNotFound, TaskNotFinished, ProblemTypes.TaskCancelled, TaskFailed, ShuttingDown)
            .WithSummary("Take a task's result")
            .WithDescription("asyncio's Task.result(), or, with waitSeconds or Prefer: wait, await: the line HH:mm:ss message, as JSON or bare as text/plain. While there is none: 409 task-not-finished; never: 410 task-cancelled or 424 task-failed.");
        tasks.MapPatch("/{id}", RescheduleAsync).WithName("RescheduleTask").WithProblems(TaskNotFound, TaskAlreadyFinished)
            .WithSummary("Reschedule a pending task")
            .WithDescription("Gives a pending task another due time, counted from now, another message, or both. A delay of 0 means: run now.");
        tasks.MapDelete("/{id}", CancelAsync).WithName("CancelTask").WithProblems(TaskNotFound, TaskAlreadyFinished)
            .WithSummary("Cancel a task")
            .WithDescription("asyncio's Task.cancel(). Cancelling a task again gives the same answer; one that has completed or failed stays as it is.");
    }

    private static async Task<Results<Accepted<TaskResponse>, Ok<TaskResponse>, ProblemResult>> CreateAsync(
        JsonBody<CreateTaskRequest> body, HttpContext context, ITaskRegistry registry, TaskWaiter waiter, TaskReader reader, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = new FieldErrors();
        var wait = waiter.Read(context.Request, errors);
        var task = CreateTaskValidation.Validate(request, timeProvider.GetUtcNow(), FieldPath.Root, errors);
        if (task is null)
            return errors.ToProblem();

        var answer = await registry.CreateOnceAsync(context, task, watch: wait is not null, cancellationToken);
        if (answer.Status != RegistryStatus.Ok)
            return answer.Status.ToProblem();

        // Set before the wait, so that whoever loses the wait to a shutdown still learns the id.
        context.Response.Headers.Location = string.Concat(context.Request.PathBase, "/tasks/", answer.Task!.Id.ToString());
        if (wait is not { } asked)
            return TypedResults.Accepted((string?)null, answer.Task.ToResponse());

        asked.Confirm(context.Response);
        var (awaited, ended) = await reader.AwaitAsync(context.Owner(), answer, asked, cancellationToken);
        if (awaited is null)
            return ended!;
        return awaited.IsDone ? TypedResults.Ok(awaited.ToResponse()) : TypedResults.Accepted((string?)null, awaited.ToResponse());
    }

    private static async Task<Results<Ok<TaskResponse>, NotModified, ProblemResult>> GetAsync(
        string id, HttpContext context, TaskReader reader, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var (task, problem) = await reader.ReadAsync(context, id, cancellationToken);
        if (task is null)
            return problem!;

        var tag = EntityTags.Of(task);
        context.Response.Headers.ETag = tag;
        if (!task.IsDone)
            context.Response.Headers.RetryAfter = RetryAfter.Header(task, timeProvider);
        return EntityTags.Matches(context.Request.Headers.IfNoneMatch, tag) ? NotModified.Instance : TypedResults.Ok(task.ToResponse());
    }

    private static async Task<Results<Ok<TaskDoneResponse>, ProblemResult>> GetDoneAsync(
        string id, HttpContext context, ITaskRegistry registry, CancellationToken cancellationToken)
    {
        if (!IdText.TryParse(id, out var guid))
            return RegistryProblems.TaskNotFound();
        var answer = await registry.FindAsync(context.Owner(), guid, cancellationToken);
        return answer is { Status: RegistryStatus.Ok, Task: { } task }
            ? TypedResults.Ok(new TaskDoneResponse(task.Id, task.IsDone, task.State))
            : answer.Status.ToProblem();
    }

    private static async Task<Results<Ok<TaskResultResponse>, ContentHttpResult, ProblemResult>> GetResultAsync(
        string id, HttpContext context, TaskReader reader, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var (task, problem) = await reader.ReadAsync(context, id, cancellationToken);
        context.Response.Headers.Vary = "Accept";
        if (task is null)
            return problem!;
        if (task.Result is null)
            return TaskProblems.WithoutResult(task, timeProvider);
        return ContentNegotiation.Choose(context.Request.Headers.Accept, _resultMedia.Types) == 0
            ? TypedResults.Ok(new TaskResultResponse(task.Id, task.Result))
            : TypedResults.Text(task.Result);
    }

    private static async Task<Results<Ok<TaskResponse>, ProblemResult>> RescheduleAsync(
        string id, JsonBody<RescheduleTaskRequest> body, HttpContext context, ITaskRegistry registry, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = new FieldErrors();
        if (RescheduleValidation.Validate(request, timeProvider.GetUtcNow(), errors) is not { } change)
            return errors.ToProblem();
        if (!IdText.TryParse(id, out var guid))
            return RegistryProblems.TaskNotFound();
        return ToResult(await registry.RescheduleAsync(context.Owner(), guid, change, cancellationToken));
    }

    private static async Task<Results<Ok<TaskResponse>, ProblemResult>> CancelAsync(
        string id, HttpContext context, ITaskRegistry registry, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var error = CancelReason.Read(context.Request, errors);
        if (!errors.IsEmpty)
            return errors.ToProblem();
        if (!IdText.TryParse(id, out var guid))
            return RegistryProblems.TaskNotFound();
        return ToResult(await registry.CancelAsync(context.Owner(), guid, error, cancellationToken));
    }

    private static Results<Ok<TaskResponse>, ProblemResult> ToResult(TaskAnswer answer) => answer switch
    {
        { Status: RegistryStatus.Ok, Task: { } task } => TypedResults.Ok(task.ToResponse()),
        { Status: RegistryStatus.AlreadyFinished, Task: { } task } => TaskProblems.AlreadyFinished(task),
        _ => answer.Status.ToProblem(),
    };
}
