using System.Net;
using TaskApi.Tests.Faults;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web;

public sealed class BodyLimitTests : EndpointTests
{
    private const int Limit = 1 << 20;

    [Theory]
    [InlineData("POST", "/tasks")]
    [InlineData("PATCH", "/tasks/01890a5d-ac96-774b-bcce-b302099a8057")]
    public async Task Body_OverTheLimit_IsTooLarge(string method, string path) =>
        (await Send(HttpMethod.Parse(method), path, Content(Body(Limit + 1)))).IsProblem(HttpStatusCode.RequestEntityTooLarge);

    [Fact]
    public async Task Body_OverTheLimitWithoutLength_IsTooLarge()
    {
        var content = new StreamContent(new UnknownLength(System.Text.Encoding.UTF8.GetBytes(Body(Limit + 1))));
        content.Headers.ContentType = new("application/json");
        Assert.Null(content.Headers.ContentLength);

        (await Send(HttpMethod.Post, "/tasks", content)).IsProblem(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Body_AtTheLimit_IsRead() => (await Post("/tasks", Body(Limit))).IsJson(HttpStatusCode.Accepted);

    [Theory]
    [InlineData("Content-Length: 8388608", "")]
    [InlineData("Content-Length: 8388608", "Idempotency-Key: k\r\n")]
    [InlineData("Transfer-Encoding: chunked", "")]
    [InlineData("Transfer-Encoding: chunked", "Idempotency-Key: k\r\n")]
    public async Task Body_FarOverTheLimit_IsAnsweredAndTheConnectionGoesOn(string framing, string headers)
    {
        await using var service = new SocketService();
        using var client = await RawClient.Connect(service.Address);
        await client.Send($"POST /tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{headers}{framing}\r\n\r\n");
        var isChunked = framing.Contains("chunked", StringComparison.Ordinal);
        await client.Send((isChunked ? "800000\r\n" : "") + Body(8 << 20) + (isChunked ? "\r\n0\r\n\r\n" : ""));
        await client.LineOf("HTTP/1.1 413");

        await client.Send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");

        await client.LineThat(static line => line.Contains("HTTP/1.1 200", StringComparison.Ordinal));
    }

    private static string Body(int length)
    {
        const string Task = """{"message":"Hei","delaySeconds":10}""";
        return Task.PadRight(length, ' ');
    }

    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override bool CanSeek => false;
    }
}
