using Microsoft.AspNetCore.Http.HttpResults;
using TaskApi.Engine;
using TaskApi.Web;
using TaskApi.Web.Contracts;
using TaskApi.Web.Json;
using TaskApi.Web.Problems;
using static TaskApi.Web.Problems.ProblemTypes;

namespace TaskApi.Gathering;

/// <summary>The calls that wait for many tasks at once.</summary>
internal static class GatheringEndpoints
{
    private static readonly OfferedMedia _streams = new(MediaTypes.NdJson, MediaTypes.EventStream);

    /// <summary>Maps the calls onto the group of all task routes.</summary>
    public static void MapGathering(this RouteGroupBuilder tasks)
    {
        tasks.MapPost("/gather", GatherAsync).WithName("GatherTasks").WithMetadata(new BodyLimit(BodyLimit.Batch))
            .WithProblems(TaskNotFound, ContentTooLarge, UnsupportedMediaType, GatherFailed, CapacityReached, ShuttingDown)
            .WithSummary("Wait for all of several tasks")
            .WithDescription("asyncio.gather over tasks that exist (ids), that are created for it (tasks, all or none) or that a group has now (group): exactly one of the three. Answers when all have completed, with the results in the order of the request: 200. The first task that is cancelled or fails ends it at once, with 424 gather-failed, and the others go on; with returnExceptions it waits for all instead and gives null for such a result. When the time is over: 202 with the tasks as they are, after those that are pending have been cancelled if onTimeout says so. A client that hangs up cancels nothing.");
        tasks.MapPost("/wait", WaitAsync).WithName("WaitForTasks")
            .WithProblems(TaskNotFound, ContentTooLarge, UnsupportedMediaType, ShuttingDown)
            .WithSummary("Wait for some of several tasks")
            .WithDescription("asyncio.wait: answers when all tasks are done, the first is done, or the first has failed (which being cancelled is not), and at the latest when the time is over: always 200, with the tasks that are done and those that are pending.");
        tasks.MapPost("/as-completed", AsCompletedAsync).WithName("StreamTasksAsCompleted").WithMetadata(_streams)
            .WithProblems(TaskNotFound, ContentTooLarge, UnsupportedMediaType, ShuttingDown)
            .WithSummary("Receive tasks as they finish")
            .WithDescription("asyncio.as_completed: a stream of the tasks in the order in which they finish, each once and at the moment it does, as a line of NDJSON or, for Accept: text/event-stream, an event that is named after its status. The stream ends after the last task, or without the rest when the time is over or the service shuts down.");
        foreach (var path in (ReadOnlySpan<string>)["/gather", "/wait", "/as-completed"])
            tasks.MapNoOther(path, HttpMethods.Post);
    }

    private static async Task<Results<Ok<GatherResponse>, Accepted<GatherResponse>, ProblemResult>> GatherAsync(
        JsonBody<GatherRequest> body, HttpContext context, TaskSelector selector, TaskWaiter waiter, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = new FieldErrors();
        var time = waiter.Read(request.WaitSeconds, errors);
        var choice = new TaskChoice(request.Ids, request.Tasks, request.Group);
        choice.CheckExactlyOne(errors, hasTasks: true);
        var (selected, refusal) = await selector.SelectAsync(context.Owner(), choice, errors, cancellationToken);
        if (selected is null)
            return refusal!;

        using var tasks = selected;
        Func<TaskState, bool> fails = request.ReturnExceptions is true ? static _ => false : static state => state != TaskState.Completed;
        var end = await tasks.WaitAsync(waiter, fails, time, cancellationToken);
        if (end == WaitEnd.ShuttingDown)
            return RegistryProblems.ShuttingDown();
        if (tasks.Decisive is { } failed)
            return GatherProblems.Failed(failed);

        var (look, werePending) = await tasks.LookAsync(cancel: end == WaitEnd.TimedOut && request.OnTimeout == TimeoutAction.Cancel);
        var all = tasks.Arrange(look);
        var responses = tasks.Arrange(look.ToResponses());
        if (werePending)
            return TypedResults.Accepted((string?)null, new GatherResponse(Done: false, Results: null, responses));
        // The last ones may have finished between the end of the time and this look at them.
        var late = Array.FindIndex(all, task => fails(task.State));
        return late < 0
            ? TypedResults.Ok(new GatherResponse(Done: true, Array.ConvertAll(all, static task => task.Result), responses))
            : GatherProblems.Failed(new FinishedTask(late, all[late]));
    }

    private static async Task<Results<Ok<WaitResponse>, ProblemResult>> WaitAsync(
        JsonBody<WaitRequest> body, HttpContext context, TaskSelector selector, TaskWaiter waiter, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = new FieldErrors();
        var time = waiter.Read(request.WaitSeconds, errors);
        if (request.Ids is not { Count: > 0 })
            errors.Add("ids", "must have at least one element.");
        var (selected, refusal) = await selector.SelectAsync(context.Owner(), new TaskChoice(request.Ids), errors, cancellationToken);
        if (selected is null)
            return refusal!;

        using var tasks = selected;
        Func<TaskState, bool> suffices = request.ReturnWhen switch
        {
            ReturnWhen.FirstCompleted => static _ => true,
            ReturnWhen.FirstException => static state => state == TaskState.Failed,
            _ => static _ => false,
        };
        var end = await tasks.WaitAsync(waiter, suffices, time, cancellationToken);
        if (end == WaitEnd.ShuttingDown)
            return RegistryProblems.ShuttingDown();
        var (all, _) = await tasks.LookAsync(cancel: end == WaitEnd.TimedOut && request.OnTimeout == TimeoutAction.Cancel);
        var responses = all.ToResponses();
        return TypedResults.Ok(new WaitResponse(
            Array.FindAll(responses, static task => task.Done), Array.FindAll(responses, static task => !task.Done)));
    }

    private static async Task<Results<CompletionStream, ProblemResult>> AsCompletedAsync(
        JsonBody<AsCompletedRequest> body, HttpContext context, TaskSelector selector, TaskWaiter waiter, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = new FieldErrors();
        var time = waiter.Read(request.WaitSeconds, errors);
        var choice = new TaskChoice(request.Ids, Group: request.Group);
        choice.CheckExactlyOne(errors, hasTasks: false);
        if (waiter.Stopping.IsCancellationRequested)
            return RegistryProblems.ShuttingDown();
        var (selected, refusal) = await selector.SelectAsync(context.Owner(), choice, errors, cancellationToken);
        return selected is null
            ? refusal!
            : new CompletionStream(selected, waiter, time, _streams.Types[ContentNegotiation.Choose(context.Request.Headers.Accept, _streams.Types)]);
    }
}
