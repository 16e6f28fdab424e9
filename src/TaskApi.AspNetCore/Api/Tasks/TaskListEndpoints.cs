using Microsoft.AspNetCore.Http.HttpResults;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>The calls on all of a caller's tasks.</summary>
internal static class TaskListEndpoints
{
    /// <summary>Maps the calls onto the group of all task routes.</summary>
    public static void MapTaskList(this RouteGroupBuilder tasks)
    {
        tasks.MapMethods("", ReadMethods.All, ListAsync).WithDoc(TaskListDocs.List);
        tasks.MapDelete("", CancelManyAsync).WithDoc(TaskListDocs.CancelMany);
        tasks.MapMethods("/stats", ReadMethods.All, GetStatsAsync).WithDoc(TaskListDocs.GetStats);
        tasks.MapNoOther("/stats", HttpMethods.Get, HttpMethods.Head);
        tasks.MapRerun();
        tasks.MapTree();
    }

    private static async Task<Results<TaskListAnswer, ProblemResult>> ListAsync(
        HttpContext context, ITaskQueries queries, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var query = ListQuery.Read(context.Request, errors);
        if (!errors.IsEmpty)
            return errors.ToProblem();
        return await TaskListAnswer.FindAsync(context, queries, query, cancellationToken);
    }

    private static async Task<Results<OkJson<BulkCancelResponse>, ProblemResult>> CancelManyAsync(
        HttpContext context, ITaskCommands commands, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var error = CancelReason.Read(context.Request, errors);
        var group = context.Request.QueryField("group");
        var all = context.Request.QueryField("all");
        FieldRules.Label.Check(group, "group", FieldPath.Root, errors);
        if (all is not (null or "true"))
            errors.Add("all", "must be true, or be left out.");
        var query = new CancelQuery(group)
        {
            CreatedAfter = ListQuery.ReadInstant(context.Request, ListQuery.CreatedAfter, errors),
            CreatedBefore = ListQuery.ReadInstant(context.Request, ListQuery.CreatedBefore, errors),
        };
        if (errors.IsEmpty && (group is null) == (all is null))
            errors.Add("group", "must be given, or else all=true: one of the two, and not both.");
        if (!errors.IsEmpty)
            return errors.ToProblem();

        var counts = await commands.CancelAllAsync(context.Owner(), query, error, cancellationToken);
        return JsonResults.Ok(new BulkCancelResponse(counts.Cancelled, counts.Requested));
    }

    private static async Task<OkJson<StatsResponse>> GetStatsAsync(HttpContext context, ITaskQueries queries, CancellationToken cancellationToken)
    {
        var stats = await queries.GetStatsAsync(context.Owner(), cancellationToken);
        var lateness = new LatenessResponse(Round(stats.Lateness.P50Ms), Round(stats.Lateness.P99Ms), Round(stats.Lateness.MaxMs));
        return JsonResults.Ok(new StatsResponse(
            stats.Pending, stats.Created, stats.Completed, stats.Cancelled, stats.Failed, stats.Running, stats.Ready, stats.Retried, stats.Lost, stats.Capacity,
            lateness, Round(stats.Uptime.TotalSeconds)));
    }

    private static double Round(double value) => Math.Round(value, 3);
}
