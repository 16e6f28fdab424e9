using TaskApi.AspNetCore.Dashboard;
using TaskApi.AspNetCore.Security;

namespace TaskApi.AspNetCore.Hosting;

/// <summary>
/// Where in a program TaskApi is: the calls on tasks at one place and, if the program wants so, the dashboard at another. What the dashboard calls is
/// below its own path, so that whoever may see it may use it: both places lead into the same pipeline.
/// </summary>
internal sealed class TaskApiPlaces(IServiceProvider services, DashboardPlace dashboard, NetworkGuard guard)
{
    private RequestDelegate? _pipeline;
    private bool _hasCalls;

    private RequestDelegate Pipeline => _pipeline ??= TaskApiPipeline.Build(services);

    /// <summary>Those of a program.</summary>
    /// <exception cref="InvalidOperationException">TaskApi is no part of it.</exception>
    public static TaskApiPlaces Of(IServiceProvider services) =>
        services.GetService<TaskApiPlaces>() ?? throw new InvalidOperationException("TaskApi is not part of this program: call builder.AddTaskApi() before the application is built.");

    /// <summary>Gives all of it a place.</summary>
    /// <returns>What answers there.</returns>
    /// <exception cref="InvalidOperationException">It has one.</exception>
    public RequestDelegate MapCalls()
    {
        if (_hasCalls)
            throw new InvalidOperationException("TaskApi is mapped already. A program has it under one prefix; to have it elsewhere too, redirect to that.");
        _hasCalls = true;
        return Mount();
    }

    /// <summary>Gives the dashboard a place of its own.</summary>
    /// <returns>What answers there.</returns>
    /// <exception cref="InvalidOperationException">It has one.</exception>
    public RequestDelegate MapDashboard()
    {
        dashboard.Take();
        var answer = Mount();
        return context =>
        {
            dashboard.Enter(context);
            return answer(context);
        };
    }

    private RequestDelegate Mount()
    {
        RequestDelegate answer = new MountedApi(Pipeline, services.GetService<UserOwners>(), services.GetService<ReadOnlyUsers>()).InvokeAsync;
        return context => guard.AnswerAsync(context, answer);
    }
}
