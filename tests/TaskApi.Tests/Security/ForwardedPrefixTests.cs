using System.Net;
using System.Text;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

/// <summary>The path under which a proxy says that it has the service.</summary>
public sealed class ForwardedPrefixTests
{
    [Theory]
    [InlineData("/svc", "/tasks", "/svc")]
    [InlineData("/svc", "/svc/tasks", "/svc")]
    [InlineData("/svc/", "/tasks", "/svc")]
    [InlineData("/outer, /inner", "/tasks", "/outer/inner")]
    [InlineData("/", "/tasks", "")]
    [InlineData(null, "/configured/tasks", "/configured")]
    [InlineData("svc", "/tasks", "/configured")]
    [InlineData("//evil.example", "/tasks", "/configured")]
    [InlineData("https://evil.example", "/tasks", "/configured")]
    [InlineData("/a/../b", "/tasks", "/configured")]
    [InlineData("/tasks", "/tasks", "/configured")]
    public async Task Prefix_ToldByAKnownProxy_GoesBeforeTheConfigured(string? told, string path, string expected)
    {
        await using var api = Start(("Security:KnownProxies:0", "127.0.0.1"), ("Http:PathBase", "/configured"));

        Assert.StartsWith($"{expected}/tasks/", await Create(api, path, told), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("10.0.0.0/8")]
    public async Task Prefix_ToldByAnybodyElse_IsIgnored(string? proxy)
    {
        await using var api = proxy is null ? Start() : Start(("Security:KnownProxies:0", proxy));

        Assert.StartsWith("/tasks/", await Create(api, "/tasks", "/svc"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Location_GivenAgainThroughAnotherProxy_LeadsThroughThatOne()
    {
        await using var api = Start(("Security:KnownProxies:0", "127.0.0.1"));

        var one = await Create(api, "/tasks", "/one", "key");
        Assert.StartsWith("/one/tasks/", one, StringComparison.Ordinal);
        Assert.Equal(one.Replace("/one/", "/two/", StringComparison.Ordinal), await Create(api, "/tasks", "/two", "key"));
    }

    // On a socket: only there a call comes from an address.
    private static TaskApiFactory Start(params (string, string)[] settings)
    {
        var api = new TaskApiFactory(settings);
        api.StartOnSocket();
        return api;
    }

    private static async Task<string> Create(TaskApiFactory api, string path, string? prefix, string? key = null)
    {
        using var client = new HttpClient { BaseAddress = api.ClientOptions.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("""{"message":"Hei"}""", Encoding.UTF8, "application/json") };
        if (prefix is not null)
            request.Headers.Add("X-Forwarded-Prefix", prefix);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return response.Headers.Location!.OriginalString;
    }
}
