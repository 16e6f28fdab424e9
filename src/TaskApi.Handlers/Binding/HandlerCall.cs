using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TaskApi.Handlers.Binding;

/// <summary>Runs one attempt of some handler; made once, at its registration.</summary>
/// <param name="instance">The handler; null for a lambda.</param>
/// <param name="input">Its input.</param>
/// <param name="services">The attempt's scope.</param>
/// <param name="context">The attempt.</param>
/// <param name="cancellationToken">Cancelled when it is to end.</param>
/// <returns>The result as JSON.</returns>
internal delegate ValueTask<ReadOnlyMemory<byte>> HandlerCall(object? instance, object? input, IServiceProvider services, TaskContext context, CancellationToken cancellationToken);

/// <summary>Makes results of what handlers return.</summary>
internal static class HandlerResult
{
    private static readonly byte[] _null = "null"u8.ToArray();

    /// <summary>The result of a handler without one.</summary>
    public static ValueTask<ReadOnlyMemory<byte>> OfNothing() => new(_null);

    /// <inheritdoc cref="OfNothing"/>
    public static async ValueTask<ReadOnlyMemory<byte>> OfTask(Task running)
    {
        await running;
        return _null;
    }

    /// <inheritdoc cref="OfNothing"/>
    public static async ValueTask<ReadOnlyMemory<byte>> OfValueTask(ValueTask running)
    {
        await running;
        return _null;
    }

    /// <summary>The result of a handler that returns one.</summary>
    public static ValueTask<ReadOnlyMemory<byte>> OfValue<T>(T value, JsonTypeInfo<T> json) => new(Write(value, json));

    /// <inheritdoc cref="OfValue"/>
    public static async ValueTask<ReadOnlyMemory<byte>> OfTaskWithValue<T>(Task<T> running, JsonTypeInfo<T> json) => Write(await running, json);

    /// <inheritdoc cref="OfValue"/>
    public static async ValueTask<ReadOnlyMemory<byte>> OfValueTaskWithValue<T>(ValueTask<T> running, JsonTypeInfo<T> json) => Write(await running, json);

    private static ReadOnlyMemory<byte> Write<T>(T value, JsonTypeInfo<T> json) => value is null ? _null : JsonSerializer.SerializeToUtf8Bytes(value, json);
}
