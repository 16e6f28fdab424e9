using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace TaskApi.Handlers.Binding;

/// <summary>Registers handlers. What is wrong with one is said at once.</summary>
[RequiresUnreferencedCode(Reason)]
[RequiresDynamicCode(Reason)]
internal static class HandlerRegistration
{
    /// <summary>Why handlers can't be registered where code is trimmed or compiled ahead of time.</summary>
    public const string Reason = "What a handler takes and returns is found out by reflection, and what calls a lambda is compiled when it is registered.";

    /// <summary>Registers a class.</summary>
    public static void AddClass(this HandlerCatalogue catalogue, IServiceCollection services, Type handler, string type, Action<HandlerOptions>? configure)
    {
        catalogue.Add(type, configure, json => ClassHandlers.Read(handler, services.Any(service => service.ServiceType == handler), json));
        services.TryAddScoped(handler);
    }

    /// <summary>Registers a lambda.</summary>
    public static void AddDelegate(this HandlerCatalogue catalogue, Delegate handler, string type, Action<HandlerOptions>? configure) =>
        catalogue.Add(type, configure, json => DelegateHandlers.Read(handler, json));

    private static void Add(this HandlerCatalogue catalogue, string type, Action<HandlerOptions>? configure, Func<HandlerJson, HandlerParts> read)
    {
        HandlerCatalogue.CheckType(type);
        var options = new HandlerOptions();
        configure?.Invoke(options);
        if (options.MaxRunning is < 1 or > 100_000)
            throw new ArgumentException($"MaxRunning of the handler for '{type}' must be from 1 to 100,000, not {options.MaxRunning}.", nameof(configure));
        catalogue.Add(new JsonHandler(type, options, read(new HandlerJson(options.Json))));
    }
}
