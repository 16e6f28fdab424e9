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
    public async Task Form_OfAnotherOrigin_IsRefusedByEveryCallThatTakesABody(string? mediaType)
    {
        var id = await Create(100);
        foreach (var operation in (await ApiDescription.Current).Operations.Where(static operation => operation.Bodies.Count > 0))
        {
            var path = operation.Path.Replace("{id}", id, StringComparison.Ordinal);
            (await Send(new HttpMethod(operation.Method), path, Content("""{"message":"Hei"}""", mediaType), _origin)).IsProblem(HttpStatusCode.UnsupportedMediaType);
        }

        Assert.Equal(1, (await Get("/tasks/stats")).Json.Number("created"));
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
}
