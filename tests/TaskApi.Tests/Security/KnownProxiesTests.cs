using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

/// <summary>Whom the service believes about the address of a caller, seen by the limit that each address has.</summary>
public sealed class KnownProxiesTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.0/8")]
    public async Task Address_ToldByAKnownProxy_IsTheCallers(string proxy)
    {
        await using var api = Start(("Security:KnownProxies:0", proxy));

        Assert.Equal(HttpStatusCode.OK, await Call(api, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Call(api, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.OK, await Call(api, "192.0.2.2"));
    }

    [Fact]
    public async Task Address_MadeUpByTheCaller_IsNotBelievedOfAKnownProxy()
    {
        await using var api = Start(("Security:KnownProxies:0", "127.0.0.1"));

        // The proxy adds the address that it sees behind what it was sent.
        Assert.Equal(HttpStatusCode.OK, await Call(api, "198.51.100.1, 192.0.2.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Call(api, "198.51.100.2, 192.0.2.1"));
    }

    [Fact]
    public async Task Address_ToldThroughTwoKnownProxies_IsTheCallers()
    {
        await using var api = Start(("Security:KnownProxies:0", "127.0.0.1"), ("Security:KnownProxies:1", "10.0.0.0/8"));

        Assert.Equal(HttpStatusCode.OK, await Call(api, "192.0.2.1, 10.1.2.3"));
        Assert.Equal(HttpStatusCode.OK, await Call(api, "192.0.2.2, 10.1.2.3"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Call(api, "192.0.2.2, 10.3.2.1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("10.0.0.1")]
    public async Task Address_ToldByAnybodyElse_IsIgnored(string? proxy)
    {
        await using var api = proxy is null ? Start() : Start(("Security:KnownProxies:0", proxy));

        Assert.Equal(HttpStatusCode.OK, await Call(api, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Call(api, "192.0.2.2"));
    }

    [Fact]
    public async Task Host_ToldByAKnownProxy_IsIgnored()
    {
        await using var api = Start(("Security:KnownProxies:0", "127.0.0.1"));

        Assert.Equal(HttpStatusCode.OK, await Call(api, "192.0.2.1", ("X-Forwarded-Host", "evil.example")));
    }

    // On a socket: only there a call comes from an address.
    private static TaskApiFactory Start(params (string, string)[] settings)
    {
        var api = new TaskApiFactory([("Limits:RequestsPerSecond", "1"), .. settings]);
        api.StartOnSocket();
        return api;
    }

    private static async Task<HttpStatusCode> Call(TaskApiFactory api, string forwardedFor, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient { BaseAddress = api.ClientOptions.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/tasks");
        foreach (var (name, value) in headers.Append(("X-Forwarded-For", forwardedFor)))
            request.Headers.Add(name, value);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
