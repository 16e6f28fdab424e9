using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Observability;

/// <summary>What TaskApi tells of itself: who wants to know listens to the meter and the source of spans, or asks for its health.</summary>
internal static class ObservabilitySetup
{
    /// <summary>Registers the instruments, and the spans of tasks that recorded calls create.</summary>
    public static void AddObservability(this IServiceCollection services)
    {
        services.AddSingleton<TaskApiMetrics>();
        services.AddSingleton<WorkMetrics>();
        services.AddSingleton<IWorkObserver>(static services => services.GetRequiredService<WorkMetrics>());
        services.AddHostedService<MetricsStart>();
        services.AddSingleton<ITaskObserver>(static _ => new TaskTracing());
    }

    /// <summary>Registers the checks of its health.</summary>
    public static void AddTaskApiHealthChecks(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<OverdueHealthCheck>("overdue").AddCheck<WaitingWorkHealthCheck>("ready").AddCheck<StorageHealthCheck>("storage");
}
