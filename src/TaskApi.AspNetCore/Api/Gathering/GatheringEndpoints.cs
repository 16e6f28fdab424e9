using Microsoft.AspNetCore.Http.HttpResults;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Bodies;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Model;
using static TaskApi.AspNetCore.Api.TaskProblemTypes;
using static TaskApi.AspNetCore.Http.Problems.ProblemTypes;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The calls that wait for many tasks at once.</summary>
internal static class GatheringEndpoints
{
    private static readonly OfferedMedia _streams = new(MediaTypes.NdJson, MediaTypes.EventStream);

    /// <summary>Maps the calls onto the group of all task routes.</summary>
    public static void MapGathering(this RouteGroupBuilder tasks)
    {
        tasks.MapPost("/gather", GatherAsync).WithDoc(GatheringDocs.Gather).WithMetadata(BodyLimit.Batch, HeldOpen.Waiting, ReadsTasks.Instance)
            .WithProblems(ReadOnly, TaskNotFound, TaskExists, GatherFailed, CapacityReached, ShuttingDown);
        tasks.MapPost("/wait", WaitAsync).WithDoc(GatheringDocs.Wait).WithMetadata(HeldOpen.Waiting, ReadsTasks.Instance).WithProblems(ReadOnly, TaskNotFound, ShuttingDown);
        tasks.MapPost("/as-completed", AsCompletedAsync).WithDoc(GatheringDocs.AsCompleted).WithMetadata(_streams, HeldOpen.Streaming, ReadsTasks.Instance).WithProblems(TaskNotFound, ShuttingDown);
        foreach (var path in (ReadOnlySpan<string>)["/gather", "/wait", "/as-completed"])
            tasks.MapNoOther(path, HttpMethods.Post);
    }

    private static async Task<Results<GatherAnswer, GatherFailures, ProblemResult>> GatherAsync(
        JsonBody<GatherRequest> body, HttpContext context, TaskSelector selector, TaskWaiter waiter, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        if ((request.Tasks is not null || request.OnTimeout == TimeoutAction.Cancel || request.OnFailure == FailureAction.Cancel) && ReadOnlyCaller.Is(context))
            return ReadOnlyCaller.Refusal();
        var errors = new FieldErrors();
        var time = waiter.Read(request.WaitSeconds, errors);
        var choice = new TaskChoice(request.Ids, request.Tasks, request.Group);
        choice.CheckExactlyOne(errors, hasTasks: true);
        // A retry would create them again, and whoever sends a key relies on that not happening.
        if (request.Tasks is not null && context.Request.Headers.ContainsKey(IdempotencyKeyHeader.Name))
            errors.Add(IdempotencyKeyHeader.Name, "can't be given with tasks to create here: create them by POST /tasks/batch with it, then gather their ids.");
        // The request itself isn't held on to while the call waits.
        var isGroup = request.OnFailure == FailureAction.Cancel;
        if (isGroup && request.ReturnExceptions is true)
            errors.Add("onFailure", "must not be cancel together with returnExceptions.");
        Func<TaskState, bool> fails = request.ReturnExceptions is true ? static _ => false
            : isGroup ? static state => state == TaskState.Failed
            : static state => state.IsDoneWithoutResult();
        var cancels = request.OnTimeout == TimeoutAction.Cancel;
        var (selected, refusal) = await selector.SelectAsync(context, choice, errors, cancellationToken);
        if (selected is null)
            return refusal!;

        using var tasks = selected;
        var end = await tasks.WaitAsync(fails, time, isGroup, cancellationToken);
        if (end == WaitEnd.ShuttingDown)
            return Stopping.Problem();
        if (!isGroup && tasks.Decisive is { } decisive)
            return await FailAsync(tasks, decisive, cancellationToken);

        var werePending = await tasks.LookUpAsync(cancels && end == WaitEnd.TimedOut);
        if (werePending)
            return new GatherAnswer(tasks, isDone: false);
        // The last ones may have finished between the end of the time and this look at them.
        if (isGroup)
            return GatherFailures.Of(tasks) is { } failures ? failures : new GatherAnswer(tasks, isDone: true);
        return tasks.FindFirst(fails) is { } late ? await FailAsync(tasks, late, cancellationToken) : new GatherAnswer(tasks, isDone: true);
    }

    private static async ValueTask<ProblemResult> FailAsync(WaitedTasks tasks, int index, CancellationToken cancellationToken) =>
        await tasks.Tasks.FindAsync(index, cancellationToken) is { } failed
            ? GatherProblems.Failed(tasks.PlaceOf(index), failed)
            : GatherProblems.Gone([tasks.Tasks.Id(index)]);

    private static async Task<Results<WaitAnswer, ProblemResult>> WaitAsync(
        JsonBody<WaitRequest> body, HttpContext context, TaskSelector selector, TaskWaiter waiter, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        if (request.OnTimeout == TimeoutAction.Cancel && ReadOnlyCaller.Is(context))
            return ReadOnlyCaller.Refusal();
        var errors = new FieldErrors();
        var time = waiter.Read(request.WaitSeconds, errors);
        if (request.Ids is not { Count: > 0 })
            errors.Add("ids", "must have at least one element.");
        var suffices = (request.ReturnWhen ?? ReturnWhen.AllCompleted).Suffices();
        var cancels = request.OnTimeout == TimeoutAction.Cancel;
        var (selected, refusal) = await selector.SelectAsync(context, new TaskChoice(request.Ids), errors, cancellationToken);
        if (selected is null)
            return refusal!;

        using var tasks = selected;
        var end = await tasks.WaitAsync(suffices, time, cancelOthers: false, cancellationToken);
        if (end == WaitEnd.ShuttingDown)
            return Stopping.Problem();
        await tasks.LookUpAsync(cancels && end == WaitEnd.TimedOut);
        return new WaitAnswer(tasks.Tasks);
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
            return Stopping.Problem();
        var (selected, refusal) = await selector.SelectAsync(context, choice, errors, cancellationToken);
        return selected is null
            ? refusal!
            : new CompletionStream(selected, waiter, time, _streams.Types[ContentNegotiation.Choose(context.Request.Headers.Accept, _streams.Types)]);
    }
}
