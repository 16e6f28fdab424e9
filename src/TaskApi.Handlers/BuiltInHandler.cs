using System.Diagnostics;

namespace TaskApi.Handlers;

/// <summary>Runs the tasks of a type that is TaskApi's own: it says itself what the end of an attempt means. Thread-safe.</summary>
/// <param name="type">The type.</param>
/// <param name="maxRunning">How many of its attempts may be here at once.</param>
internal abstract class BuiltInHandler(string type, int maxRunning) : WorkHandler(type, maxRunning, onThreads: false)
{
    /// <inheritdoc/>
    public override bool NeedsScope => false;

    /// <inheritdoc/>
    public sealed override bool NeedsParents => false;

    /// <summary>Runs one attempt.</summary>
    public abstract ValueTask<HandlerOutcome> RunAsync(HandlerAttempt attempt);

    /// <inheritdoc/>
    public override BoundInput Bind(ReadOnlyMemory<byte> input) => throw new UnreachableException();

    /// <inheritdoc/>
    public override object? Resolve(IServiceProvider services) => throw new UnreachableException();

    /// <inheritdoc/>
    public override ValueTask<ReadOnlyMemory<byte>> RunAsync(object? instance, object? input, IServiceProvider services, TaskContext context, CancellationToken cancellationToken) =>
        throw new UnreachableException();

    /// <inheritdoc/>
    public override byte[] Write<T>(T value) => throw new UnreachableException();
}
