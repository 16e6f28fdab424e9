using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Dashboard;

/// <summary>The page as it comes over the wire.</summary>
public sealed partial class DashboardFilesTests() : EndpointTests
{
    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/guide.html", "text/html")]
    [InlineData("/css/theme.css", "text/css")]
    [InlineData("/js/main.js", "text/javascript")]
    [InlineData("/js/timeline/timeline.js", "text/javascript")]
    [InlineData("/favicon.svg", "image/svg+xml")]
    public async Task File_Any_ComesWithItsTypeATagAndAStrictPolicy(string path, string mediaType)
    {
        var reply = (await Get(path)).Is(HttpStatusCode.OK);

        Assert.Equal(mediaType, reply.MediaType);
        Assert.Equal("no-cache", reply.Header("Cache-Control"));
        Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
        var policy = reply.Header("Content-Security-Policy");
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        (await Send(HttpMethod.Get, path, null, ("If-None-Match", reply.Header("ETag")!))).Is(HttpStatusCode.NotModified);
        Assert.Empty((await Send(HttpMethod.Head, path, null)).Is(HttpStatusCode.OK).Body);
        (await Send(HttpMethod.Post, path, Content("{}"))).IsProblem(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0.5, GZIP", "gzip")]
    [InlineData("br;q=0, gzip;q=0", null)]
    [InlineData("identity", null)]
    [InlineData("*", null)]
    [InlineData("no such, thing;;", null)]
    public async Task File_ForWhoAcceptsIt_ComesCompressed(string accepted, string? coding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/js/main.js");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using var client = Api.CreateTestClient();
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var plain = await Get("/js/main.js");

        Assert.Equal((coding, "Accept-Encoding"), (response.Content.Headers.ContentEncoding.SingleOrDefault(), response.Headers.Vary.Single()));
        Assert.Equal(plain.Body, await Text(body, coding));
        Assert.Equal(coding is not null, body.Length < plain.Body.Length / 2);
        // Two forms of a file are not the same to a cache.
        Assert.Equal(coding is null, response.Headers.ETag!.ToString() == plain.Header("ETag"));
        (await Send(HttpMethod.Get, "/js/main.js", null, ("Accept-Encoding", accepted), ("If-None-Match", $"{response.Headers.ETag}"))).Is(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Page_EveryFileThatItNames_IsThere()
    {
        var names = References().Matches((await Get("/")).Body).Select(static match => $"/{match.Groups["path"].Value}").Distinct(StringComparer.Ordinal).ToList();

        Assert.Contains("/js/main.js", names);
        foreach (var name in names)
            Assert.InRange((int)(await Get(name)).Status, 200, 399);
    }

    [Theory]
    [InlineData("/index.htm")]
    [InlineData("/wwwroot/index.html")]
    [InlineData("/js/")]
    [InlineData("/js/../appsettings.json")]
    [InlineData("/appsettings.json")]
    public async Task Path_Other_IsNotFound(string path) => (await Get(path)).IsProblem(HttpStatusCode.NotFound);

    [Fact]
    public async Task Page_Markup_HasNeitherInlineCodeNorInlineStyle()
    {
        foreach (var page in (string[])["/", "/guide.html"])
        {
            var markup = (await Get(page)).Body;
            Assert.DoesNotMatch(@"<script(?![^>]*\bsrc=)", markup);
            Assert.DoesNotMatch(@"<style|\sstyle=|\son[a-z]+=|https?://", markup);
        }
    }

    private static async Task<string> Text(byte[] body, string? coding)
    {
        await using var stream = coding switch
        {
            "br" => new BrotliStream(new MemoryStream(body), CompressionMode.Decompress),
            "gzip" => new GZipStream(new MemoryStream(body), CompressionMode.Decompress),
            _ => (Stream)new MemoryStream(body),
        };
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("(?:href|src)=\"(?<path>[^\"#.][^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex References();
}
