using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

/// <summary>
/// What a page of another origin can do through its visitor's browser: send what a form could send, without reading the
/// answer; and ask for more, which the browser then does only with the service's leave (CORS).
/// </summary>
public sealed class HostilePageTests : EndpointTests
{
    private static readonly (string, string) _origin = ("Origin", "https://evil.example");

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    public async Task Form_OfABrowserThatNamesNoOrigin_IsRefusedByEveryCallThatTakesABody(string? mediaType)
    {
        var id = await Create(100);
        foreach (var operation in (await ApiDescription.Current).Operations.Where(static operation => operation.Bodies.Count > 0))
        {
            var path = operation.Path.Replace("{id}", id, StringComparison.Ordinal);
            (await Send(new HttpMethod(operation.Method), path, Content("""{"message":"Hei"}""", mediaType))).IsProblem(HttpStatusCode.UnsupportedMediaType);
        }

        Assert.Equal(1, (await Get("/tasks/stats")).Json.Number("created"));
    }

    [Theory]
    [InlineData("https://evil.example", null)]
    [InlineData("https://evil.example", "cross-site")]
    [InlineData("https://evil.example", "of-the-future")]
    [InlineData("http://localhost:1", null)]
    [InlineData("http://localhost.evil.example", null)]
    [InlineData("http://evil.example@localhost", null)]
    [InlineData("http://", null)]
    [InlineData("localhost", null)]
    [InlineData("null", null)]
    [InlineData("http://localhost", "same-site")]
    [InlineData(null, "cross-site")]
    [InlineData(null, "same-site")]
    public async Task Change_AskedByAPageOfAnotherOrigin_IsRefusedByEveryCall(string? origin, string? site)
    {
        var id = await Create(100);
        var operations = (await ApiDescription.Current).Operations.Where(static operation => operation.Method is not "GET").ToList();
        Assert.True(operations.Count > 15, $"{operations.Count}");

        foreach (var operation in operations)
        {
            var path = operation.Path.Replace("{id}", id, StringComparison.Ordinal).Replace("{name}", "s", StringComparison.Ordinal);
            foreach (var mediaType in (string?[])["text/plain", "application/json"])
                (await Send(new HttpMethod(operation.Method), path, operation.Bodies.Count > 0 ? Content("""{"message":"Hei"}""", mediaType) : null, From(origin, site))).IsProblem(HttpStatusCode.Forbidden, "cross-origin");
        }

        Assert.Equal(1, (await Get("/tasks/stats")).Json.Number("created"));
        Assert.Equal("pending", (await Look(id)).Status());
    }

    [Theory]
    [InlineData("POST", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/tasks", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "/tasks/rerun", HttpStatusCode.MethodNotAllowed)]
    public async Task Call_ThatThereIsNot_IsAnsweredAsToAnybody(string method, string path, HttpStatusCode status) =>
        (await Send(new HttpMethod(method), path, null, _origin)).IsProblem(status);

    [Theory]
    [InlineData(null, null)]
    [InlineData("http://localhost", null)]
    [InlineData("http://LOCALHOST:80", null)]
    [InlineData("https://localhost", null)]
    [InlineData("http://localhost", "same-origin")]
    [InlineData("https://tasks.example", "same-origin")]
    [InlineData(null, "same-origin")]
    [InlineData(null, "none")]
    public async Task Change_AskedByNoPageOrByItsOwn_IsMade(string? origin, string? site)
    {
        (await Post("/tasks", """{"message":"Hei"}""", From(origin, site))).IsJson(HttpStatusCode.Accepted);
        (await Send(HttpMethod.Post, "/tasks/rerun?status=completed", null, From(origin, site))).IsJson(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("tasks.example", HttpStatusCode.Accepted)]
    [InlineData("tasks.example, inner.example", HttpStatusCode.Accepted)]
    [InlineData("tasks.example:8443", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.Forbidden)]
    public async Task Change_AskedThroughAKnownProxyThatChangesTheHost_IsMadeForThePageThatItNames(string host, HttpStatusCode status)
    {
        await using var behind = new TaskApiFactory(("Security:KnownProxies:0", "127.0.0.1"));
        (string, string)[] headers = [("Origin", "https://tasks.example"), ("X-Forwarded-Host", host)];

        (await Call(behind, headers)).Is(status);
        (await Post("/tasks", """{"message":"Hei"}""", headers)).IsProblem(HttpStatusCode.Forbidden, "cross-origin");
    }

    [Theory]
    [InlineData("POST", "content-type")]
    [InlineData("DELETE", "")]
    [InlineData("PATCH", "content-type")]
    [InlineData("GET", "authorization")]
    [InlineData("GET", "x-api-key")]
    public async Task LeaveForMore_AskedByAnotherOrigin_IsNeverGiven(string method, string headers)
    {
        foreach (var path in (await ApiDescription.Current).Operations.Select(static operation => operation.Path).Distinct())
        {
            var reply = (await Send(HttpMethod.Options, path, null, _origin, ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers))).IsProblem(HttpStatusCode.MethodNotAllowed);
            Assert.DoesNotContain(reply.Headers, static header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("/tasks")]
    [InlineData("/tasks/stats")]
    [InlineData("/health/ready")]
    [InlineData("/swagger/v1/swagger.json")]
    public async Task Answer_AskedForByAnotherOrigin_IsNotForItToRead(string path)
    {
        var reply = (await Get(path, _origin)).Is(HttpStatusCode.OK);
        Assert.Null(reply.Header("Access-Control-Allow-Origin"));
        // Nothing in a cookie that a browser would add by itself.
        Assert.Null(reply.Header("Set-Cookie"));
    }

    private static (string, string)[] From(string? origin, string? site) =>
        [.. new (string Name, string? Value)[] { ("Origin", origin), ("Sec-Fetch-Site", site) }.Where(static header => header.Value is not null).Select(static header => (header.Name, header.Value!))];

    private static async Task<Reply> Call(TaskApiFactory api, (string Name, string Value)[] headers)
    {
        using var client = api.CreateTestClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = Content("""{"message":"Hei"}""") };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.Read(response);
    }
}
