using System.Net;
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
