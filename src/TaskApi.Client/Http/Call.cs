using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TaskApi.Client.Http;

/// <summary>A call, which may be made several times over.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Relative to the client's base address, with the query.</param>
internal sealed record Call(HttpMethod Method, string Path)
{
    private byte[]? _body;

    /// <summary>True if it does no harm that the call arrives twice.</summary>
    public bool IsRepeatable { get; init; } = Method == HttpMethod.Get;

    /// <summary>How long the service holds the call open at the most.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>How long the answer may take beyond that; null for what the client says of all calls.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>What makes a creation repeatable.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The entity tag of what may be changed; null: anything.</summary>
    public string? IfMatch { get; init; }

    /// <summary>True: only if nothing is there.</summary>
    public bool IfNone { get; init; }

    /// <summary>The media type to ask for, if it isn't JSON.</summary>
    public string Accept { get; init; } = MediaTypeNames.Application.Json;

    /// <summary>The event to resume after.</summary>
    public long? LastEventId { get; init; }

    /// <summary>True: the connection that it takes is not used again, so that the next call may reach another node.</summary>
    public bool ClosesConnection { get; init; }

    /// <summary>A POST of what is JSON already.</summary>
    public static Call Post(string path, byte[] body) => new(HttpMethod.Post, path) { _body = body };

    /// <summary>A POST.</summary>
    public static Call Post<T>(string path, T body, JsonTypeInfo<T> type) => new(HttpMethod.Post, path) { _body = JsonSerializer.SerializeToUtf8Bytes(body, type) };

    /// <summary>A PUT.</summary>
    public static Call Put<T>(string path, T body, JsonTypeInfo<T> type) => new(HttpMethod.Put, path) { _body = JsonSerializer.SerializeToUtf8Bytes(body, type) };

    /// <summary>A PATCH.</summary>
    public static Call Patch<T>(string path, T body, JsonTypeInfo<T> type) => new(HttpMethod.Patch, path) { _body = JsonSerializer.SerializeToUtf8Bytes(body, type) };

    /// <summary>The request, anew each time.</summary>
    /// <param name="service">Where the service is: ends in a slash.</param>
    /// <param name="apiKey">Whose call it is; null without keys.</param>
    public HttpRequestMessage ToRequest(Uri service, string? apiKey)
    {
        var request = new HttpRequestMessage(Method, new Uri(service, Path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(Accept));
        if (ClosesConnection)
            request.Headers.ConnectionClose = true;
        if (apiKey is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        if (IdempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", IdempotencyKey);
        if (IfMatch is not null)
            request.Headers.Add("If-Match", IfMatch);
        if (IfNone)
            request.Headers.Add("If-None-Match", "*");
        if (LastEventId is { } last)
            request.Headers.Add("Last-Event-ID", last.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (_body is not null)
            request.Content = new ByteArrayContent(_body) { Headers = { ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json) } };
        return request;
    }
}
