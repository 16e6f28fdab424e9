using Microsoft.AspNetCore.Http.HttpResults;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Bodies;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.AspNetCore.Security;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using static TaskApi.AspNetCore.Http.Problems.ProblemTypes;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The calls that wait for many tasks at once.</summary>
internal static class GatheringEndpoints
{
    private static readonly OfferedMedia _streams = new(MediaTypes.NdJson, MediaTypes.EventStream);

    /// <summary>Maps the calls onto the group of all task routes.</summary>
    public static void MapGathering(this RouteGroupBuilder tasks)
    {
        tasks.MapPost("/gather", GatherAsync).WithDoc(GatheringDocs.Gather).WithMetadata(BodyLimit.Batch, HeldOpen.Waiting)
            .WithProblems(TaskNotFound, GatherFailed, CapacityReached, ShuttingDown);
        tasks.MapPost("/wait", WaitAsync).WithDoc(GatheringDocs.Wait).WithMetadata(HeldOpen.Waiting).WithProblems(TaskNotFound, ShuttingDown);
        tasks.MapPost("/as-completed", AsCompletedAsync).WithDoc(GatheringDocs.AsCompleted).WithMetadata(_streams, HeldOpen.Streaming).WithProblems(TaskNotFound, ShuttingDown);
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
        // A retry would create them again, and whoever sends a key relies on that not happening.
        if (request.Tasks is not null && context.Request.Headers.ContainsKey(IdempotencyKey.Header))
            errors.Add(IdempotencyKey.Header, "can't be given with tasks to create here: create them by POST /tasks/batch with it, then gather their ids.");
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

        var (look, werePending) = await tasks.LookAsync(waiter, cancel: end == WaitEnd.TimedOut && request.OnTimeout == TimeoutAction.Cancel);
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
        var (all, _) = await tasks.LookAsync(waiter, cancel: end == WaitEnd.TimedOut && request.OnTimeout == TimeoutAction.Cancel);
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
