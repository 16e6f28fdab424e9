using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api;
using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Api.Events;
using TaskApi.AspNetCore.Api.Gathering;
using TaskApi.AspNetCore.Api.Tasks;
using TaskApi.AspNetCore.Dashboard;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.AspNetCore.Observability;
using TaskApi.AspNetCore.Security;
using TaskApi.AspNetCore.Starting;
using TaskApi.AspNetCore.Waiting;
using TaskApi.AspNetCore.WarmingUp;
using TaskApi.Engine.Configuration;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage;

namespace TaskApi.AspNetCore;

/// <summary>What the service is made of, and in which order a request passes through it.</summary>
internal static class TaskApiBuilder
{
    /// <summary>Registers everything that the service needs.</summary>
    public static WebApplicationBuilder AddTaskApi(this WebApplicationBuilder builder)
    {
        builder.AddTaskApiLogging();
        var services = builder.Services;
        services.AddStartChecks();
        services.AddSettings<TaskOptions>("Tasks");
        services.AddSettings<WorkOptions>("Work");
        services.Configure<ApiJsonOptions>(static json => Apply(json.SerializerOptions));
        // What the description of the contracts is made from.
        services.Configure<JsonOptions>(static json => Apply(json.SerializerOptions));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Measurements>();
        services.AddTaskStorage();
        services.AddSingleton<TaskWaiter>();
        services.AddSingleton<TaskReader>();
        services.AddSingleton<TaskSelector>();
        services.AddLimits();
        services.AddIdempotency();
        services.AddApiDescription(ServiceDescription.Api);
        services.AddSingleton(new KnownFault(typeof(StorageUnavailableException), static fault => ((StorageUnavailableException)fault).Status.ToProblem()));
        builder.AddSecurity();
        builder.AddMetricsExport();
        builder.AddTracesExport();
        services.AddHealthChecks().AddCheck<OverdueHealthCheck>("overdue").AddCheck<StorageHealthCheck>("storage");
        services.AddHostedService<StorageShutdown>();
        services.AddHostedService<StartReport>();
        services.AddHostedService<MinuteReport>();
        services.AddHostedService<WarmUp>();
        services.AddOptions<HostOptions>().Configure<IOptions<TaskOptions>>(StorageShutdown.LeaveTime);
        return builder;
    }

    /// <summary>Lays the pipeline and maps the routes.</summary>
    public static WebApplication UseTaskApi(this WebApplication app)
    {
        app.UsePathPrefix();
        app.UseRequestLogging();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<NotKept>();
        app.UseSecurity();
        app.UseMiddleware<AcceptMiddleware>();
        app.UseMiddleware<QueryMiddleware>();

        app.MapDashboard();
        app.MapApiDescription();
        app.MapHealth();
        app.MapMetrics();
        app.MapTasks();
        return app;
    }

    private static void Apply(JsonSerializerOptions options)
    {
        JsonConventions.Apply(options, TaskApiJsonContext.Default);
        options.Converters.Add(new NamedEnumConverter<TaskState>());
    }

    private static void MapTasks(this WebApplication app)
    {
        var tasks = app.MapGroup("/tasks").WithMetadata(OfferedMedia.Json).WithLimits().WithKnownQuery()
            .WithProblems(ProblemTypes.InvalidRequest, ProblemTypes.Unauthorized, ProblemTypes.NotAcceptable, ProblemTypes.InternalError, TaskProblemTypes.StorageUnavailable);
        tasks.MapTask();
        tasks.MapTaskList();
        tasks.MapBatch();
        tasks.MapGathering();
        tasks.MapTaskEvents();
    }
}
