using TaskApi;
using TaskApi.AspNetCore;
using TaskApi.AspNetCore.Handlers;
using TaskApi.AspNetCore.Hosting;
using TaskApi.AspNetCore.Security;

namespace Microsoft.Extensions.Hosting;

/// <summary>TaskApi in a program of one's own.</summary>
public static class TaskApiHostingExtensions
{
    /// <summary>
    /// Adds TaskApi: tasks, their storage, their clock and what answers calls on them. <c>app.MapTaskApi("/prefix")</c> then lets clients call it. It
    /// is set up by the sections <c>Tasks</c>, <c>Work</c>, <c>Delivery</c>, <c>Limits</c>, <c>Security</c> and <c>Http</c> of the configuration; a wrong setting stops the start with
    /// a sentence that names it.
    /// </summary>
    /// <remarks>
    /// What the program has set up for itself stays as it is: its JSON, authentication, authorization, API description, health checks, rate limits,
    /// logging, server and shutdown. A <see cref="TimeProvider"/> that it has registered is the clock of the tasks.
    /// </remarks>
    /// <param name="builder">The program's builder.</param>
    /// <param name="configure">What is said in code; null for nothing.</param>
    /// <returns>What has been added, to be added to.</returns>
    /// <exception cref="InvalidOperationException">TaskApi has been added before.</exception>
    public static TaskApiBuilder AddTaskApi(this IHostApplicationBuilder builder, Action<TaskApiOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(static service => service.ServiceType == typeof(TaskApiBuilder)))
            throw new InvalidOperationException("AddTaskApi has been called before. A program has one TaskApi: keep what the first call returned.");
        var added = new TaskApiBuilder(builder.Services, HandlerRegistration.AddHandlers);
        builder.Services.AddSingleton(added);
        builder.Services.AddTaskApiServices();
        builder.Services.AddHandlers();
        var options = new TaskApiOptions();
        configure?.Invoke(options);
        if (options.Owner is { } owner)
            builder.Services.AddSingleton(new UserOwners(owner));
        if (options.ReadOnly is { } isReadOnly)
            builder.Services.AddSingleton(new ReadOnlyUsers(isReadOnly));
        return added;
    }
}
