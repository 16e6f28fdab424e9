using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Bodies;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Schedules;
using static TaskApi.AspNetCore.Api.TaskProblemTypes;
using static TaskApi.AspNetCore.Http.Problems.ProblemTypes;

namespace TaskApi.AspNetCore.Api.Schedules;

/// <summary>The calls on schedules.</summary>
internal static class ScheduleEndpoints
{
    /// <summary>Maps the calls onto the group of all schedule routes.</summary>
    public static void MapSchedules(this RouteGroupBuilder schedules)
    {
        schedules.MapMethods("", ReadMethods.All, ListAsync).WithDoc(ScheduleDocs.List);
        schedules.MapMethods("/preview", ReadMethods.All, PreviewAsync).WithDoc(ScheduleDocs.Preview);
        schedules.MapPut("/{name}", PutAsync).WithDoc(ScheduleDocs.Put).WithProblems(PreconditionFailed, CapacityReached, ShuttingDown);
        schedules.MapMethods("/{name}", ReadMethods.All, GetAsync).WithDoc(ScheduleDocs.Get).WithProblems(ScheduleNotFound);
        schedules.MapPatch("/{name}", PauseAsync).WithDoc(ScheduleDocs.Pause).WithProblems(ScheduleNotFound, PreconditionFailed);
        schedules.MapDelete("/{name}", DeleteAsync).WithDoc(ScheduleDocs.Delete).WithMetadata(OfferedMedia.None).WithProblems(ScheduleNotFound, PreconditionFailed);
        schedules.MapPost("/{name}/trigger", TriggerAsync).WithDoc(ScheduleDocs.Trigger).WithIdempotency(hasBody: false).WithProblems(ScheduleNotFound, TaskExists, CapacityReached, ShuttingDown);
    }

    private static async Task<Results<OkJson<ScheduleResponse>, CreatedJson<ScheduleResponse>, ProblemResult>> PutAsync(
        string name, JsonBody<ScheduleRequest> body, HttpContext context, ISchedules schedules, CreationContextFactory contexts, ITaskClock clock, IOptions<ApiJsonOptions> json, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = new FieldErrors();
        ScheduleRequestValidation.CheckName(name, errors);
        var condition = EntityTags.ReadScheduleCondition(context.Request, schedule => schedule.Tag(json), errors);
        var definition = ScheduleRequestValidation.Validate(request, contexts.Of(context), errors);
        if (definition is null || !errors.IsEmpty)
            return errors.ToProblem();

        var now = clock.UtcNow;
        var owner = context.Owner();
        var answer = await schedules.ChangeAsync(owner, name, ScheduleChanges.Put(owner, name, definition, now), condition, cancellationToken);
        if (answer is not { Status: AnswerStatus.Ok, Schedule: { } schedule })
            return answer.Status.ToScheduleProblem();
        context.Response.Headers.ETag = schedule.Tag(json);
        var response = schedule.ToResponse(now);
        if (!answer.IsNew)
            return JsonResults.Ok(response);
        context.Response.Headers.Location = string.Concat(context.Request.PathBase, "/schedules/", name);
        return JsonResults.Created(response);
    }

    private static async Task<Results<OkJson<ScheduleResponse>, ProblemResult>> GetAsync(
        string name, HttpContext context, ISchedules schedules, ITaskClock clock, IOptions<ApiJsonOptions> json, CancellationToken cancellationToken)
    {
        if (await schedules.FindAsync(context.Owner(), name, cancellationToken) is not { } schedule)
            return AnswerStatus.NotFound.ToScheduleProblem();
        // Its tag is that of what was asked for; what the plan has done since may still be new to the client, so nothing is "not modified".
        context.Response.Headers.ETag = schedule.Tag(json);
        return JsonResults.Ok(schedule.ToResponse(clock.UtcNow));
    }

    private static async Task<Results<OkJson<ScheduleResponse>, ProblemResult>> PauseAsync(
        string name, JsonBody<PauseScheduleRequest> body, HttpContext context, ISchedules schedules, ITaskClock clock, IOptions<ApiJsonOptions> json, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = new FieldErrors();
        var condition = EntityTags.ReadScheduleCondition(context.Request, schedule => schedule.Tag(json), errors);
        if (request.Paused is not { } paused)
            errors.Add("paused", "is required.");
        else if (errors.IsEmpty)
            return await SetPausedAsync(context, name, paused, schedules, condition, clock.UtcNow, json, cancellationToken);
        return errors.ToProblem();
    }

    private static async Task<Results<OkJson<ScheduleResponse>, ProblemResult>> SetPausedAsync(
        HttpContext context, string name, bool paused, ISchedules schedules, ScheduleCondition? condition, DateTimeOffset now, IOptions<ApiJsonOptions> json, CancellationToken cancellationToken)
    {
        var answer = await schedules.ChangeAsync(context.Owner(), name, ScheduleChanges.SetPaused(paused, now), ScheduleChanges.IfThere(condition), cancellationToken);
        if (answer is not { Status: AnswerStatus.Ok, Schedule: { } schedule })
            return answer.Status.ToScheduleProblem();
        context.Response.Headers.ETag = schedule.Tag(json);
        return JsonResults.Ok(schedule.ToResponse(now));
    }

    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(
        string name, HttpContext context, ISchedules schedules, IOptions<ApiJsonOptions> json, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var condition = EntityTags.ReadScheduleCondition(context.Request, schedule => schedule.Tag(json), errors);
        if (!errors.IsEmpty)
            return errors.ToProblem();
        var status = await schedules.DeleteAsync(context.Owner(), name, ScheduleChanges.IfThere(condition), cancellationToken);
        return status == AnswerStatus.Ok ? TypedResults.NoContent() : status.ToScheduleProblem();
    }

    private static async Task<Results<AcceptedJson<TaskResponse>, KeptAnswer, ProblemResult>> TriggerAsync(
        string name, HttpContext context, ISchedules schedules, ITaskCommands commands, IdempotentEffect effect, ITaskClock clock, CancellationToken cancellationToken)
    {
        if (await schedules.FindAsync(context.Owner(), name, cancellationToken) is not { } schedule)
            return AnswerStatus.NotFound.ToScheduleProblem();
        var triggered = ScheduleStepper.TaskOf(schedule, clock.UtcNow, jitterSeconds: 0);
        if (IdempotencyAttempt.Of(context) is { } attempt)
        {
            var once = await effect.CreateAsync(context, attempt, triggered, static created => created.ToResponse(), cancellationToken);
            return once.Kept is { } kept ? new KeptAnswer(kept) : once.Answer.ToProblem();
        }

        var answer = await commands.CreateAsync(context.Owner(), triggered, watch: false, cancellationToken);
        if (answer.Status != AnswerStatus.Ok)
            return answer.ToProblem();
        context.Response.Headers.Location = string.Concat(context.Request.PathBase, "/tasks/", answer.Task!.Id.ToString());
        return JsonResults.Accepted(answer.Task.ToResponse());
    }

    private static async Task<Results<ScheduleListAnswer, ProblemResult>> ListAsync(
        HttpContext context, ISchedules schedules, ITaskClock clock, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var limit = Paging.ReadLimit(context.Request, errors);
        var after = Paging.ReadName(context.Request, errors);
        if (!errors.IsEmpty)
            return errors.ToProblem();

        return await ScheduleListAnswer.FindAsync(context, schedules, clock.UtcNow, after, limit, cancellationToken);
    }

    private static Results<OkJson<PreviewResponse>, ProblemResult> PreviewAsync(HttpContext context, ITaskClock clock)
    {
        var errors = new FieldErrors();
        var cron = context.Request.QueryField("cron");
        if (cron is null)
            errors.Add("cron", "is required.");
        else
            ScheduleRequestValidation.CheckCron(cron, errors);
        var zone = context.Request.QueryField("timeZone");
        ScheduleRequestValidation.CheckZone(zone, errors);
        var count = ReadCount(context.Request, errors);
        if (!errors.IsEmpty)
            return errors.ToProblem();
        var now = clock.UtcNow;
        return JsonResults.Ok(new PreviewResponse(ScheduleMapping.Next(new ScheduleTiming { Cron = cron, TimeZone = zone ?? "UTC" }, now, now, count)));
    }

    private static int ReadCount(HttpRequest request, FieldErrors errors)
    {
        if (request.QueryField("count") is not { } text)
            return ScheduleMapping.Shown;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && FieldRules.PreviewCount.Allows(count))
            return count;
        errors.Add("count", FieldRules.PreviewCount.Fault);
        return ScheduleMapping.Shown;
    }
}
