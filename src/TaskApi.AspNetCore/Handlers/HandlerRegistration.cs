using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.InProcess;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Work;
using TaskApi.Handlers;
using TaskApi.Handlers.Binding;

namespace TaskApi.AspNetCore.Handlers;

/// <summary>Handlers in this process; what runs them is registered with the first one.</summary>
internal static class HandlerRegistration
{
    /// <summary>Registers a class.</summary>
    public static void AddHandlerClass(this IServiceCollection services, Type handler, string type, Action<HandlerOptions>? configure) =>
        services.AddHandlers().AddClass(services, handler, type, configure);

    /// <summary>Registers a lambda.</summary>
    public static void AddHandlerDelegate(this IServiceCollection services, Delegate handler, string type, Action<HandlerOptions>? configure) =>
        services.AddHandlers().AddDelegate(handler, type, configure);

    /// <summary>Where they are kept.</summary>
    public static HandlerCatalogue AddHandlers(this IServiceCollection services)
    {
        if (services.FirstOrDefault(static service => service.ServiceType == typeof(HandlerCatalogue))?.ImplementationInstance is HandlerCatalogue there)
            return there;
        var catalogue = new HandlerCatalogue();
        services.AddSingleton(catalogue);
        services.AddSingleton(static program => new ChildTasks(
            program.GetRequiredService<ITaskCommands>(), program.GetRequiredService<ITaskClock>(), program.GetRequiredService<IOptions<WorkOptions>>(), TaskInfos.ToInfo));
        services.AddSingleton<HandlerRunner>();
        services.AddHostedService<HandlerService>();
        return catalogue;
    }
}
