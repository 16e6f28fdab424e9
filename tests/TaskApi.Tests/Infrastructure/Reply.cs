using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace TaskApi.Tests.Infrastructure;

/// <summary>What the service answered, read to its end.</summary>
public sealed record Reply(HttpStatusCode Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json { get; } = Body.StartsWith('{') || Body.StartsWith('[') ? TaskJson.Parse(Body) : default;

    /// <summary>The media type of the body, without parameters; null if it has none.</summary>
    public string? MediaType => ContentHeaders.ContentType?.MediaType;

    /// <summary>Reads the answer to its end.</summary>
    public static async Task<Reply> Read(HttpResponseMessage response) => new(
        response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    /// <summary>Sends a call, and reads the answer to its end.</summary>
    /// <param name="client">To whom.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, with its query.</param>
    /// <param name="json">The body; null for none.</param>
    /// <param name="key">The <c>Idempotency-Key</c>; null for none.</param>
    public static async Task<Reply> Send(HttpClient client, HttpMethod method, string path, string? json = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Read(response);
    }

    /// <summary>The one value of a header, or null if the answer doesn't have it.</summary>
    public string? Header(string name) =>
        Headers.TryGetValues(name, out var values) || ContentHeaders.TryGetValues(name, out values) ? Assert.Single(values) : null;

    /// <summary>Expects a status.</summary>
    public Reply Is(HttpStatusCode status)
    {
        Assert.True(status == Status, $"Expected {(int)status}, was {(int)Status}: {Body}");
        return this;
    }

    /// <summary>Expects a success with JSON, and answers with the JSON.</summary>
    public JsonElement IsJson(HttpStatusCode status)
    {
        Is(status);
        Assert.Equal("application/json", MediaType);
        return Json;
    }

    /// <summary>Expects a problem in full: RFC 9457's members, and a trace id to find it by.</summary>
    /// <param name="status">The status, on the line and in the body.</param>
    /// <param name="name">The name at the end of the problem's type; null where the contract names none.</param>
    public Reply IsProblem(HttpStatusCode status, string? name = null)
    {
        Is(status);
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal((int)status, Json.GetProperty("status").GetInt32());
        var type = Json.Text("type");
        Assert.Matches("^urn:taskapi:problem:[a-z]+(-[a-z]+)*$", type);
        if (name is not null)
            Assert.Equal($"urn:taskapi:problem:{name}", type);
        foreach (var member in (ReadOnlySpan<string>)["title", "detail", "instance", "traceId"])
            Assert.False(string.IsNullOrWhiteSpace(Json.Text(member)), $"{member} is empty: {Body}");
        return this;
    }

    /// <summary>Expects a <c>400</c> that blames the field, by its name, and says something about it.</summary>
    public Reply IsInvalid(string field)
    {
        IsProblem(HttpStatusCode.BadRequest);
        Assert.True(Json.TryGetProperty("errors", out var errors), $"No errors by field: {Body}");
        Assert.True(errors.TryGetProperty(field, out var sentences), $"Expected an error of {field}: {Body}");
        Assert.NotEmpty(sentences.EnumerateArray());
        Assert.All(sentences.EnumerateArray(), sentence => Assert.False(string.IsNullOrWhiteSpace(sentence.GetString())));
        return this;
    }
}
