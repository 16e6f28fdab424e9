using Microsoft.AspNetCore.Http.HttpResults;
using TaskApi.AspNetCore.Http.Bodies;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.AspNetCore.Http.Problems.ProblemTypes;

namespace TaskApi.AspNetCore.Api.Work;

/// <summary>The calls by which workers get tasks, and tell what came of them.</summary>
internal static class WorkEndpoints
{
    /// <summary>Maps the calls onto the group of all work routes.</summary>
    public static void MapWork(this RouteGroupBuilder work)
    {
        work.MapPost("/acquire", AcquireAsync).WithDoc(WorkDocs.Acquire).WithMetadata(BodyLimit.Outcomes, HeldOpen.Waiting).WithProblems(CapacityReached, ShuttingDown);
        work.MapPost("/heartbeat", HeartbeatAsync).WithDoc(WorkDocs.Heartbeat).WithMetadata(BodyLimit.Outcomes, HeldOpen.Waiting).WithProblems(ShuttingDown);
        work.MapPost("/finish", FinishAsync).WithDoc(WorkDocs.Finish).WithMetadata(BodyLimit.Outcomes);
        work.MapMethods("/workers", ReadMethods.All, ListWorkersAsync).WithDoc(WorkDocs.ListWorkers);
    }

    private static async Task<Results<AcquiredWork, ProblemResult>> AcquireAsync(
        JsonBody<AcquireRequest> body, HttpContext context, IWorkSource work, ITaskQueries queries, TaskWaiter waiter, WorkerSpans spans, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = new FieldErrors();
        WorkValidation.CheckWorker(request.Worker, errors);
        var queues = WorkValidation.ReadQueues(request.Queues, errors);
        var max = WorkValidation.ReadMax(request.Max, errors);
        var lease = WorkValidation.ReadLease(request.LeaseSeconds, errors);
        var wait = ReadWait(request.WaitSeconds, waiter, errors);
        var outcomes = OutcomeValidation.Read(request.Outcomes, errors);
        if (!errors.IsEmpty)
            return errors.ToProblem();

        var call = WorkAcquire.OfWorker(context.Owner(), request.Worker!, queues, max, lease, wait);
        var taken = await TakeAsync(context, work, spans, request.Outcomes, outcomes);
        if (waiter.Stopping.IsCancellationRequested)
            return Stopping.Problem();
        // Nothing of the body is kept from here on: their results may be many megabytes.
        CallMemoryLease.Shrink(context, bytes: 0);
        var answer = wait == TimeSpan.Zero
            ? await work.AcquireAsync(call, cancellationToken)
            : await HoldAsync(work.AcquireAsync, call, new AcquireAnswer(AnswerStatus.ShuttingDown, []), waiter, cancellationToken);
        if (answer.Status != AnswerStatus.Ok)
            return answer.Status.ToProblem();
        return new AcquiredWork(work, queries, spans, answer.Tasks, taken);
    }

    private static async Task<Results<FinishedWork, ProblemResult>> FinishAsync(
        JsonBody<FinishRequest> body, HttpContext context, IWorkSource work, WorkerSpans spans)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = new FieldErrors();
        if (request.Outcomes is null)
            errors.Add("outcomes", "is required.");
        var outcomes = OutcomeValidation.Read(request.Outcomes, errors);
        return errors.IsEmpty
            ? new FinishedWork(await TakeAsync(context, work, spans, request.Outcomes, outcomes))
            : errors.ToProblem();
    }

    private static async Task<Results<OkJson<HeartbeatResponse>, ProblemResult>> HeartbeatAsync(
        JsonBody<HeartbeatRequest> body, HttpContext context, IWorkSource work, TaskWaiter waiter, Measurements measurements, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = new FieldErrors();
        WorkValidation.CheckWorker(request.Worker, errors);
        var lease = WorkValidation.ReadLease(request.LeaseSeconds, errors);
        var wait = ReadWait(request.WaitSeconds, waiter, errors);
        var beats = WorkValidation.ReadBeats(request.Leases, errors);
        if (!errors.IsEmpty)
            return errors.ToProblem();

        var call = new WorkHeartbeat { Owner = context.Owner(), Worker = request.Worker!, Leases = beats, Lease = lease, Wait = wait };
        HeartbeatAnswer? held = null;
        if (wait > TimeSpan.Zero && !waiter.Stopping.IsCancellationRequested)
            held = await HoldAsync(HeartbeatAsync, call, null, waiter, cancellationToken);
        // What the service is to say while it stops, it says at once.
        var answer = held ?? await work.HeartbeatAsync(call with { Wait = TimeSpan.Zero }, cancellationToken);
        if (answer.Lost.Count > 0)
            measurements.LateLeases?.Add(answer.Lost.Count);
        return JsonResults.Ok(ToResponse(answer, request.Leases, answer.Drain || waiter.Stopping.IsCancellationRequested));

        async ValueTask<HeartbeatAnswer?> HeartbeatAsync(WorkHeartbeat asked, CancellationToken ended) => await work.HeartbeatAsync(asked, ended);
    }

    private static async Task<OkJson<WorkersResponse>> ListWorkersAsync(HttpContext context, IWorkSource work, CancellationToken cancellationToken)
    {
        var workers = await work.ListWorkersAsync(context.Owner(), cancellationToken);
        return JsonResults.Ok(new WorkersResponse([.. workers.Select(static worker => new WorkerResponse(worker.Worker, worker.Queues, worker.Running, worker.LastSeenAt))]));
    }

    // Whether or not whoever tells them has hung up: what has been done has been done.
    private static async ValueTask<TakenOutcomes> TakeAsync(
        HttpContext context, IWorkSource work, WorkerSpans spans, BoundedList<OutcomeRequest?>? requests, WorkOutcome[] outcomes)
    {
        if (outcomes.Length == 0)
            return TakenOutcomes.None;
        var answers = await work.FinishAsync(context.Owner(), outcomes, CancellationToken.None);
        spans.OnFinished(outcomes, answers);
        return new([.. requests!.Select(static request => request!.Token!.Value)], answers);
    }

    private static TimeSpan ReadWait(double? seconds, TaskWaiter waiter, FieldErrors errors) =>
        seconds is { } asked ? waiter.Clamp(asked, FieldPath.Root, errors) ?? TimeSpan.Zero : TimeSpan.Zero;

    // Until there is an answer, the client hangs up, or the service stops: then it is the other one.
    private static async ValueTask<TAnswer> HoldAsync<TCall, TAnswer>(
        Func<TCall, CancellationToken, ValueTask<TAnswer>> ask, TCall call, TAnswer stopped, TaskWaiter waiter, CancellationToken cancellationToken)
    {
        // Ours, and disposed here: it joins the hang-up with the shutdown.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, waiter.Stopping);
        try
        {
            return await ask(call, ended.Token);
        }
        catch (OperationCanceledException) when (waiter.Stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return stopped;
        }
    }

    private static HeartbeatResponse ToResponse(in HeartbeatAnswer answer, BoundedList<BeatRequest?>? leases, bool drain)
    {
        var cancel = new CancelResponse[answer.Cancel.Count];
        for (var i = 0; i < cancel.Length; i++)
        {
            var notice = answer.Cancel[i];
            cancel[i] = new(notice.Token.ToString(), notice.Token.Task, notice.Error.Reason, notice.Error.Detail, notice.GraceUntil);
        }

        var lost = new LostResponse[answer.Lost.Count];
        for (var i = 0; i < lost.Length; i++)
            lost[i] = new(leases![answer.Lost[i].Index]!.Token!.Value.ToString(), answer.Lost[i].Id);
        return new(answer.ExpiresAt, cancel, lost, drain);
    }
}
