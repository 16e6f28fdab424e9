using System.Text.Json;

namespace TaskApi.Rules;

/// <summary>What a callback calls, as it is kept: the URL and the headers of the input of a task of type <c>http</c>, by whose rules they go.</summary>
internal static class CallbackTarget
{
    /// <summary>Writes it.</summary>
    /// <param name="url">The URL; null if it is not given.</param>
    /// <param name="headers">The headers; null for none.</param>
    public static byte[] Write(string? url, IReadOnlyDictionary<string, string?>? headers)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, HttpCall.Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("url", url);
            if (headers is { Count: > 0 })
            {
                writer.WriteStartObject("headers");
                foreach (var (name, value) in headers)
                    writer.WriteString(name, value);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>What is wrong with one, by its field; null if nothing is.</summary>
    /// <param name="target">What <see cref="Write"/> has made.</param>
    /// <param name="maxBytes">How long it may be.</param>
    public static HttpCallFault? FaultOf(byte[] target, int maxBytes) =>
        HttpCall.Read(target, out var fault) is null ? fault
        : target.Length > maxBytes ? new HttpCallFault("", FormattableString.Invariant($"must have at most {maxBytes} bytes."))
        : null;

    /// <summary>What is shown of it: credentials are masked.</summary>
    public static (string Url, IReadOnlyDictionary<string, string?>? Headers) Read(byte[] target)
    {
        using var document = JsonDocument.Parse(HttpCallMask.Mask(WorkTypes.Http, target));
        var headers = document.RootElement.TryGetProperty("headers", out var given)
            ? given.EnumerateObject().ToDictionary(static header => header.Name, static header => header.Value.GetString())
            : null;
        return (document.RootElement.GetProperty("url").GetString()!, headers);
    }
}
