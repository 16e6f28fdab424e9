using System.Diagnostics.CodeAnalysis;

namespace TaskApi.Handlers;

/// <summary>The handlers in this process, one a type. Filled before anything starts.</summary>
internal sealed class HandlerCatalogue
{
    private readonly Dictionary<string, WorkHandler> _handlers = [];

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<WorkHandler> Handlers => _handlers.Values;

    /// <summary>The one for a type; null if there is none.</summary>
    public WorkHandler? Find(string type) => _handlers.GetValueOrDefault(type);

    /// <summary>Adds one.</summary>
    /// <exception cref="InvalidOperationException">There is one for its type.</exception>
    public void Add(WorkHandler handler)
    {
        if (!_handlers.TryAdd(handler.Type, handler))
            throw new InvalidOperationException($"There is a handler for '{handler.Type}' already. A type has one in a program: give the other one a type of its own.");
    }

    /// <summary>Checks that there may be handlers for a type.</summary>
    /// <exception cref="ArgumentException">There can be none.</exception>
    public static void CheckType([NotNull] string? type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (type == WorkTypes.Message || WorkTypes.IsBuiltIn(type))
            throw new ArgumentException($"'{type}' is reserved: tasks of that type are TaskApi's own. Give the handler another type.", nameof(type));
        if (!WorkTypes.IsName(type))
            throw new ArgumentException($"'{type}' can't be a type: it {FieldRules.Type.Fault}", nameof(type));
    }
}
