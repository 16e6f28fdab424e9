using System.Net;
using System.Text;
using System.Text.Json;

namespace TaskApi.Tests.Infrastructure;

/// <summary>An answer that is read as it comes. To dispose it before its end is to hang up.</summary>
public sealed class StreamedReply(HttpRequestMessage request, HttpResponseMessage response) : IDisposable
{
    // Real time, and far more than it ever takes: a stream that never comes should fail its test rather than hang it.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private StreamReader? _reader;

    public HttpStatusCode Status => response.StatusCode;

    public string? MediaType => response.Content.Headers.ContentType?.MediaType;

    public string? Charset => response.Content.Headers.ContentType?.CharSet;

    /// <summary>The one value of a header, or null if the answer doesn't have it.</summary>
    public string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : null;

    /// <summary>The next line; null at the end.</summary>
    public async Task<string?> Line()
    {
        _reader ??= new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
        return await _reader.ReadLineAsync().WaitAsync(_patience, TestContext.Current.CancellationToken);
    }

    /// <summary>The next line, as JSON.</summary>
    public async Task<JsonElement> Json() => TaskJson.Parse(await Line() ?? throw new EndOfStreamException());

    /// <summary>All lines up to the end, as JSON.</summary>
    public async Task<IReadOnlyList<JsonElement>> Rest()
    {
        var rest = new List<JsonElement>();
        while (await Line() is { } line)
            rest.Add(TaskJson.Parse(line));
        return rest;
    }

    /// <summary>The next Server-Sent Event that has data; null at the end.</summary>
    public async Task<ServerEvent?> Event()
    {
        var (id, name, data) = ((string?)null, "message", (string?)null);
        while (await Line() is { } line)
        {
            if (line.Length == 0 && data is not null)
                return new ServerEvent(id, name, TaskJson.Parse(data));
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            var value = colon < 0 ? "" : line[(colon + 2)..];
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = value;
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = value;
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = data is null ? value : $"{data}\n{value}";
        }

        return null;
    }

    /// <summary>Expects the end.</summary>
    public async Task Ends() => Assert.Null(await Line());

    public void Dispose()
    {
        _reader?.Dispose();
        response.Dispose();
        request.Dispose();
    }
}

/// <summary>A Server-Sent Event.</summary>
public sealed record ServerEvent(string? Id, string Name, JsonElement Data);
