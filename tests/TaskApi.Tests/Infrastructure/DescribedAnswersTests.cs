using System.Net;
using System.Text;

namespace TaskApi.Tests.Infrastructure;

/// <summary>If these fail, the check of all answers against the API description can't.</summary>
public sealed class DescribedAnswersTests
{
    private const string Done = """{"id":"019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61","done":true,"status":"completed"}""";

    [Fact]
    public async Task Answer_AsDescribed_Passes() => Assert.Equal(HttpStatusCode.OK, (await Get("/tasks/a/done", HttpStatusCode.OK, Done)).StatusCode);

    [Theory]
    [InlineData("no such status", "/tasks/a/done", 418, Done)]
    [InlineData("no such status", "/tasks/nowhere/at/all", 200, Done)]
    [InlineData("is missing", "/tasks/a/done", 200, """{"id":"019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61","done":true}""")]
    [InlineData("is unknown", "/tasks/a/done", 200, """{"id":"019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61","done":true,"status":"completed","colour":"red"}""")]
    [InlineData("is none of", "/tasks/a/done", 200, """{"id":"019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61","done":true,"status":"lost"}""")]
    [InlineData("is no UUID", "/tasks/a/done", 200, """{"id":"17","done":true,"status":"completed"}""")]
    [InlineData("must be of type boolean", "/tasks/a/done", 200, """{"id":"019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61","done":1,"status":"completed"}""")]
    [InlineData("must be of type boolean", "/tasks/a/done", 200, """{"id":"019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61","done":null,"status":"completed"}""")]
    [InlineData("no body of type application/json", "/tasks/a/done", 404, Done)]
    public async Task Answer_OtherThanDescribed_FailsTheTest(string fault, string path, int status, string body)
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => Get(path, (HttpStatusCode)status, body));

        Assert.Contains(fault, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_ThatIsNotDescribed_FailsTheTest()
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => Get("/tasks/a/done", HttpStatusCode.OK, Done, "X-Colour"));

        Assert.Contains("no header X-Colour", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> Get(string path, HttpStatusCode status, string body, string? header = null)
    {
        using var client = new HttpClient(new DescribedAnswers { InnerHandler = new Always(status, body, header) });
        return await client.GetAsync(new Uri("http://service" + path), TestContext.Current.CancellationToken);
    }

    private sealed class Always(HttpStatusCode status, string body, string? header) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            if (header is not null)
                response.Headers.Add(header, "red");
            return Task.FromResult(response);
        }
    }
}
