using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Api.Gathering;
using TaskApi.AspNetCore.Api.Tasks;
using TaskApi.AspNetCore.Api.Work;
using TaskApi.AspNetCore.Dashboard;
using TaskApi.AspNetCore.Delivery;
using TaskApi.AspNetCore.Http;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Streaming;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.AspNetCore.InProcess;
using TaskApi.AspNetCore.Observability;
using TaskApi.AspNetCore.Security;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Configuration;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Schedules;

namespace TaskApi.AspNetCore.Hosting;

/// <summary>What TaskApi is made of.</summary>
internal static class TaskApiServices
{
    /// <summary>Registers it: nothing that the program it is part of has, too, without asking for it.</summary>
    public static void AddTaskApiServices(this IServiceCollection services)
    {
        services.AddRouting();
        services.AddSettings<TaskOptions>("Tasks");
        services.AddSettings<WorkOptions>("Work");
        services.Configure<ApiJsonOptions>(static json => Apply(json.SerializerOptions));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Measurements>();
        services.AddSingleton<ICallbackBody, CallbackBody>();
        services.AddMemoryStorage().AddTaskPorts();
        services.AddHostedService<StorageStart>();
        services.AddSingleton<TaskWaiter>();
        services.AddSingleton<CreationContextFactory>();
        services.AddSingleton(static provider => new WorkerSpans(provider.GetRequiredService<ITaskClock>()));
        services.AddSingleton<TaskReader>();
        services.AddSingleton<TaskSelector>();
        services.AddLimits();
        services.AddSingleton<ILargeAnswers, LargeAnswers>();
        services.AddIdempotency();
        services.AddSecurity();
        services.AddObservability();
        services.AddSingleton(new KnownFault(typeof(StorageUnavailableException), static fault => ((StorageUnavailableException)fault).Status.ToProblem()));
        services.AddSingleton<ApiRoutes>();
        services.AddSingleton<DashboardPlace>();
        services.AddSingleton<TaskApiPlaces>();
        services.AddSingleton(program => new PrivateServices(program, services, own => own.AddPrivate(program.GetRequiredService<ApiRoutes>())));
        services.AddSingleton<LocalPorts>();
        services.AddSingleton<LocalSchedulePorts>();
        services.AddSingleton<LocalOwners>();
        services.AddSingleton<ITaskOwners>(static program => program.GetRequiredService<LocalOwners>());
        services.AddSingleton(static program => program.GetRequiredService<LocalOwners>().Nobodys);
        services.AddHostedService<StorageShutdown>();
        // After it, to stop before it: what drains gets no more tasks.
        services.AddSchedules();
        services.AddSingleton<NetworkGuard>();
        services.AddHostedService(static services => services.GetRequiredService<NetworkGuard>());
        services.AddDelivery();
    }

    private static void AddSchedules(this IServiceCollection services) => services
        .AddSingleton<ScheduleStepper>()
        .AddSingleton(static provider => new ScheduleClockwork(
            provider.GetRequiredService<ISchedules>(), provider.GetRequiredService<ScheduleStepper>(), provider.GetRequiredService<ITaskClock>(),
            isShared: provider.GetRequiredService<IOptions<TaskOptions>>().Value.Storage == StorageKind.Postgres, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ScheduleClockwork>>()))
        .AddHostedService<ScheduleService>();

    private static void AddPrivate(this IServiceCollection services, ApiRoutes routes)
    {
        services.AddRouting().AddSingleton(routes.Source);
        // What the description of the contracts is made from.
        services.Configure<JsonOptions>(static json => Apply(json.SerializerOptions));
        services.AddApiDescription(ServiceDescription.Api);
        services.ConfigureSwaggerGen(ApiKeyDocs.Configure);
        services.AddTaskApiHealthChecks();
    }

    private static void Apply(JsonSerializerOptions options)
    {
        JsonConventions.Apply(options, TaskApiJsonContext.Default);
        options.Converters.Add(new NamedEnumConverter<TaskState>());
        options.Converters.Add(new NamedEnumConverter<ReturnWhen>());
        options.Converters.Add(new NamedEnumConverter<MissedOccurrences>());
        options.Converters.Add(new NamedEnumConverter<OverlapRule>());
        options.Converters.Add(new NamedEnumConverter<UniqueScope>());
        options.Converters.Add(new NamedEnumConverter<UniqueConflict>());
        options.Converters.Add(new NamedEnumConverter<AfterRule>());
    }
}
