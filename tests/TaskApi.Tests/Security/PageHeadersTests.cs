using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

public sealed class PageHeadersTests : EndpointTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/swagger/index.html")]
    [InlineData("/no/such/page")]
    public async Task Page_Any_LoadsNothingFromElsewhereAndIsPartOfNoOther(string path)
    {
        var reply = await Get(path);
        var policy = reply.Header("Content-Security-Policy")!;
        foreach (var rule in (string[])["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
            Assert.Contains(rule, policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", reply.Header("Referrer-Policy"));
    }

    [Fact]
    public async Task Page_OtherThanSwaggers_MayNotMakeScriptsOfText() =>
        Assert.DoesNotContain("unsafe", (await Get("/")).Header("Content-Security-Policy"), StringComparison.Ordinal);

    [Fact]
    public async Task Call_OnTasks_GoesWithout() => Assert.Null((await Get("/tasks")).Header("Content-Security-Policy"));
}
