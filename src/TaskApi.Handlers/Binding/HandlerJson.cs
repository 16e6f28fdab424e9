using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TaskApi.Handlers.Binding;

/// <summary>Reads inputs and writes results, as a handler's options say. What can't be read or written at all is found at registration.</summary>
/// <param name="options">How; null for the conventions of the web.</param>
[RequiresUnreferencedCode(HandlerRegistration.Reason)]
[RequiresDynamicCode(HandlerRegistration.Reason)]
internal sealed class HandlerJson(JsonSerializerOptions? options)
{
    private readonly JsonSerializerOptions _options = Freeze(options ?? JsonSerializerOptions.Web);

    /// <summary>How a type is written and read.</summary>
    /// <exception cref="InvalidOperationException">It can't be.</exception>
    public JsonTypeInfo<T> Of<T>()
    {
        try
        {
            return (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException)
        {
            throw new InvalidOperationException($"System.Text.Json can't read and write {typeof(T)} with the options given. A source-generated context needs [JsonSerializable(typeof({typeof(T).Name}))].", exception);
        }
    }

    private static JsonSerializerOptions Freeze(JsonSerializerOptions options)
    {
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
