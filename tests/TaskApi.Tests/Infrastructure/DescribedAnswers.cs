using System.Globalization;
using System.Net;
using System.Text.Json;

namespace TaskApi.Tests.Infrastructure;

/// <summary>
/// Holds every answer that a test gets against the OpenAPI document: the status, the headers, the media type and the body have
/// to be described. So the document can't lag behind what the service does, as far as there are tests of that.
/// </summary>
public sealed class DescribedAnswers : DelegatingHandler
{
    private const string Problem = "application/problem+json";

    // They say nothing about the call.
    private static readonly string[] _usualHeaders = ["Date", "Server", "Transfer-Encoding", "Connection", "Content-Length", "Content-Type"];

    // What is answered where there is no operation: one of the problems that the document lists for that.
    private static readonly JsonElement _elsewhere = JsonElement.Parse("""
        {
          "headers": { "Allow": {}, "Cache-Control": {}, "TaskApi-Access": {} },
          "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/ProblemDocument" }, "examples": { "not-found": {}, "method-not-allowed": {} } } }
        }
        """);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var path = request.RequestUri!.AbsolutePath;
        if (!path.StartsWith("/tasks", StringComparison.Ordinal) && !path.StartsWith("/work", StringComparison.Ordinal) && !path.StartsWith("/health", StringComparison.Ordinal))
            return response;
        // Nobody is there to read it.
        if (cancellationToken.IsCancellationRequested)
            return response;

        var body = default(JsonElement);
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        if (mediaType is "application/json" or Problem && request.Method != HttpMethod.Head)
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            body = TaskJson.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        }

        var description = await ApiDescription.Current;
        var faults = Faults(description, Described(description, request, path, response), response, mediaType, body).ToList();
        Assert.True(faults.Count == 0, $"{request.Method} {request.RequestUri.PathAndQuery} {(int)response.StatusCode} isn't answered as described: {string.Join("; ", faults)}");
        return response;
    }

    private static JsonElement? Described(ApiDescription description, HttpRequestMessage request, string path, HttpResponseMessage response)
    {
        if (description.Find(request.Method, path) is { } operation)
            return operation.Responses.TryGetValue((int)response.StatusCode, out var described) ? described : null;
        // Elsewhere there are two problems more, and who has no key learns nothing of where there is something.
        return response.StatusCode == HttpStatusCode.Unauthorized ? description.Operations.First(static operation => operation.Responses.ContainsKey((int)HttpStatusCode.Unauthorized)).Responses[(int)HttpStatusCode.Unauthorized]
            : description.Json.Items("x-problems-elsewhere").Any(problem => problem.GetProperty("status").GetInt32() == (int)response.StatusCode) ? _elsewhere
            : null;
    }

    private static IEnumerable<string> Faults(ApiDescription description, JsonElement? described, HttpResponseMessage response, string? mediaType, JsonElement body)
    {
        if (described is not { } answer)
        {
            yield return "no such status";
            yield break;
        }

        var headers = answer.TryGetProperty("headers", out var given) ? given.Members() : [];
        foreach (var header in response.Headers.Concat(response.Content.Headers).Select(static header => header.Key).Except(_usualHeaders).Except(headers, StringComparer.OrdinalIgnoreCase))
            yield return $"no header {header}";
        if (mediaType is null)
            yield break;
        if (!answer.TryGetProperty("content", out var content) || !content.TryGetProperty(mediaType, out var media))
        {
            yield return $"no body of type {mediaType}";
            yield break;
        }

        if (body.ValueKind == JsonValueKind.Undefined)
            yield break;
        foreach (var fault in description.Faults(media.GetProperty("schema"), body))
            yield return fault;
        if (mediaType == Problem)
        {
            var name = body.Text("type")!.Split(':')[^1];
            if (!media.GetProperty("examples").TryGetProperty(name, out _))
                yield return string.Create(CultureInfo.InvariantCulture, $"no problem {name}");
        }
    }
}
