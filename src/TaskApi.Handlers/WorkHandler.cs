namespace TaskApi.Handlers;

/// <summary>What runs the tasks of a type in this process: how its JSON is read and written is somebody else's matter. Thread-safe.</summary>
/// <param name="type">The type.</param>
/// <param name="maxRunning">How many of its attempts may run at once: 1 or more; null if nothing was said about it.</param>
/// <param name="onThreads">True: each on a thread of its own.</param>
internal abstract class WorkHandler(string type, int? maxRunning, bool onThreads)
{
    public string Type { get; } = type;

    /// <summary>How many of its attempts may run at once in this process.</summary>
    public int MaxRunning { get; } = maxRunning ?? (onThreads ? Environment.ProcessorCount : HandlerOptions.DefaultMaxRunning);

    /// <summary>True if it has a bound of its own: one that was given, or that of its threads.</summary>
    public bool HasOwnBound { get; } = maxRunning is not null || onThreads;

    public bool OnThreads { get; } = onThreads;

    /// <summary>False if it takes nothing from a scope: then none is made for it.</summary>
    public abstract bool NeedsScope { get; }

    /// <summary>False if it never asks what became of the tasks that others have waited for.</summary>
    public virtual bool NeedsParents => true;

    /// <summary>Reads an input: one JSON value, or nothing, which is <c>null</c>.</summary>
    public abstract BoundInput Bind(ReadOnlyMemory<byte> input);

    /// <summary>Finds or makes what runs one attempt; null if nothing has to be there.</summary>
    /// <param name="services">The attempt's scope.</param>
    public abstract object? Resolve(IServiceProvider services);

    /// <summary>Runs one attempt.</summary>
    /// <param name="instance">From <see cref="Resolve"/>.</param>
    /// <param name="input">From <see cref="Bind"/>.</param>
    /// <param name="services">The attempt's scope.</param>
    /// <param name="context">The attempt.</param>
    /// <param name="cancellationToken">Cancelled when it is to end.</param>
    /// <returns>The result: one JSON value, which nobody changes from now on.</returns>
    public abstract ValueTask<ReadOnlyMemory<byte>> RunAsync(object? instance, object? input, IServiceProvider services, TaskContext context, CancellationToken cancellationToken);

    /// <summary>Writes the input of another task as one JSON value.</summary>
    public abstract byte[] Write<T>(T value);
}

/// <summary>An input as it was read.</summary>
/// <param name="Value">It; null also for <c>null</c>.</param>
/// <param name="Fault">What is wrong with it, and where, as a sentence; null if nothing is.</param>
internal readonly record struct BoundInput(object? Value, string? Fault);
