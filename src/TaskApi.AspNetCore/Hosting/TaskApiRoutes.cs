using TaskApi.AspNetCore.Api;
using TaskApi.AspNetCore.Api.Events;
using TaskApi.AspNetCore.Api.Gathering;
using TaskApi.AspNetCore.Api.Queues;
using TaskApi.AspNetCore.Api.Schedules;
using TaskApi.AspNetCore.Api.Tasks;
using TaskApi.AspNetCore.Api.Work;
using TaskApi.AspNetCore.Dashboard;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.AspNetCore.Observability;

namespace TaskApi.AspNetCore.Hosting;

/// <summary>Every route there is.</summary>
internal static class TaskApiRoutes
{
    /// <summary>Maps them.</summary>
    public static void MapAll(this IEndpointRouteBuilder routes)
    {
        routes.MapDashboard();
        routes.MapApiDescription();
        routes.MapHealth();
        routes.MapTasks();
    }

    private static void MapTasks(this IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapApi("/tasks");
        tasks.MapTask();
        tasks.MapTaskList();
        tasks.MapBatch();
        tasks.MapGathering();
        tasks.MapTaskEvents();
        routes.MapApi("/work").MapWork();
        routes.MapApi("/queues").MapQueues();
        routes.MapApi("/schedules").MapSchedules();
    }

    private static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes, string prefix) => routes.MapGroup(prefix)
        .WithMetadata(OfferedMedia.Json).WithLimits().WithKnownQuery().WithReadOnlyCallers().WithForeignPages()
        .WithProblems(ProblemTypes.InvalidRequest, ProblemTypes.Unauthorized, ProblemTypes.NotAcceptable, ProblemTypes.InternalError, TaskProblemTypes.StorageUnavailable);
}
