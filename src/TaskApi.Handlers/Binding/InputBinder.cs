using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TaskApi.Handlers.Binding;

/// <summary>Reads the inputs of a type.</summary>
internal abstract class InputBinder
{
    /// <summary>Reads an input; nothing is <c>null</c>.</summary>
    public abstract BoundInput Bind(ReadOnlyMemory<byte> input);

    /// <summary>For handlers that take none: whatever it is, it is passed over.</summary>
    public static readonly InputBinder None = new Nothing();

    private sealed class Nothing : InputBinder
    {
        public override BoundInput Bind(ReadOnlyMemory<byte> input) => default;
    }
}

/// <inheritdoc/>
/// <param name="json">How it is read.</param>
/// <param name="takesNull">True if the handler says that it takes <c>null</c>.</param>
internal sealed class InputBinder<T>(JsonTypeInfo<T> json, bool takesNull) : InputBinder
{
    /// <inheritdoc/>
    public override BoundInput Bind(ReadOnlyMemory<byte> input)
    {
        try
        {
            var value = JsonSerializer.Deserialize(input.IsEmpty ? "null"u8 : input.Span, json);
            return value is null && !takesNull ? new BoundInput(Value: null, "$: null, and the handler needs an input.") : new BoundInput(value, Fault: null);
        }
        catch (JsonException exception)
        {
            return new BoundInput(Value: null, $"{exception.Path ?? "$"}: {Sentence(exception.Message)}");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A constructor or a converter of the handler's own doesn't like what it got.
            return new BoundInput(Value: null, $"$: {exception.Message}");
        }
    }

    // Without the place, which stands before it.
    private static string Sentence(string message) => message.IndexOf(" Path: ", StringComparison.Ordinal) is > 0 and var end ? message[..end] : message;
}
