using System.Text.Json;

namespace TaskApi.Handlers.Binding;

/// <summary>A handler whose input and result are JSON.</summary>
/// <param name="type">The type that it runs.</param>
/// <param name="options">How it runs.</param>
/// <param name="parts">What runs.</param>
internal sealed class JsonHandler(string type, HandlerOptions options, HandlerParts parts)
    : WorkHandler(type, options.MaxRunning, options.OnThreads)
{
    private readonly HandlerJson _json = parts.Json;

    /// <inheritdoc/>
    public override bool NeedsScope => parts.NeedsScope;

    /// <inheritdoc/>
    public override BoundInput Bind(ReadOnlyMemory<byte> input) => parts.Input.Bind(input);

    /// <inheritdoc/>
    public override object? Resolve(IServiceProvider services) => parts.Class is { } handler ? services.GetRequiredService(handler) : null;

    /// <inheritdoc/>
    public override ValueTask<ReadOnlyMemory<byte>> RunAsync(object? instance, object? input, IServiceProvider services, TaskContext context, CancellationToken cancellationToken) =>
        parts.Call(instance, input, services, context, cancellationToken);

    /// <inheritdoc/>
    public override byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, _json.Of<T>());
}

/// <summary>What a registration has found out about a handler.</summary>
/// <param name="Json">Its JSON.</param>
/// <param name="Input">Reads its input.</param>
/// <param name="Call">Runs it.</param>
/// <param name="Class">Its class, to be found in each attempt's scope; null for a lambda.</param>
/// <param name="NeedsScope">True if it takes anything from that.</param>
internal sealed record HandlerParts(HandlerJson Json, InputBinder Input, HandlerCall Call, Type? Class, bool NeedsScope);
