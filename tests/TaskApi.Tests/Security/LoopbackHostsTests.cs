using System.Net;
using TaskApi.AspNetCore.Security;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

/// <summary>Names under which an open service takes calls.</summary>
public sealed class LoopbackHostsTests
{
    private static readonly string _key = ApiKeyText.NewKey();

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("192.168.1.7:5080")]
    [InlineData("[fe80::1]:5080")]
    public async Task Call_ToAnotherHost_IsRefusedWhileNobodyNeedsAKey(string host)
    {
        await using var api = new TaskApiFactory();
        foreach (var path in (string[])["/tasks", "/health/live", "/"])
            (await Call(api, host, path)).IsInvalid("Host");
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:5080")]
    [InlineData("tasks.localhost:5080")]
    [InlineData("127.0.0.1:5080")]
    [InlineData("127.1.2.3")]
    [InlineData("[::1]:5080")]
    public async Task Call_ToThisMachine_IsAnswered(string host)
    {
        await using var api = new TaskApiFactory();
        (await Call(api, host, "/tasks")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Call_ToAnotherHost_IsAnsweredWhereEverybodyMayCall()
    {
        await using var api = new TaskApiFactory(("Security:AllowAnonymous", "true"));
        (await Call(api, "tasks.example", "/tasks")).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.BadRequest)]
    [InlineData("deep.tasks.example", HttpStatusCode.BadRequest)]
    [InlineData("TASKS.example:8080", HttpStatusCode.OK)]
    [InlineData("a.b.wild.example", HttpStatusCode.OK)]
    [InlineData("wild.example", HttpStatusCode.BadRequest)]
    [InlineData("[::1]:8080", HttpStatusCode.OK)]
    public async Task Call_WhereTheNamesAreConfigured_IsAnsweredUnderThoseAlone(string host, HttpStatusCode status)
    {
        await using var api = new TaskApiFactory(("Security:AllowAnonymous", "true"), ("AllowedHosts", "tasks.example; *.wild.example;[::1]"));
        foreach (var path in (string[])["/tasks", "/nothing", "/"])
        {
            var reply = await Call(api, host, path);
            if (status == HttpStatusCode.BadRequest)
                reply.IsInvalid("Host");
            else
                reply.Is(path == "/nothing" ? HttpStatusCode.NotFound : status);
        }
    }

    [Theory]
    [InlineData("10.1.2.3:8080")]
    [InlineData("[fd00::17]:8080")]
    public async Task Probe_ByAddress_IsAnsweredWhateverNamesAreConfigured(string host)
    {
        await using var api = new TaskApiFactory(("Security:AllowAnonymous", "true"), ("AllowedHosts", "tasks.example"));
        foreach (var path in (string[])["/health/live", "/health/ready"])
            (await Call(api, host, path)).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("tasks.example;*")]
    [InlineData("")]
    [InlineData("0.0.0.0")]
    public async Task Call_WhereAnyNameIsConfigured_IsAnswered(string names)
    {
        await using var api = new TaskApiFactory(("Security:AllowAnonymous", "true"), ("AllowedHosts", names));
        (await Call(api, "evil.example", "/tasks")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Call_ToAnotherHost_IsAnsweredWithAKey()
    {
        await using var api = new TaskApiFactory(("Security:ApiKeys:0:Name", "north"), ("Security:ApiKeys:0:Hash", ApiKeyText.Hash(_key)));
        (await Call(api, "tasks.example", "/tasks")).Is(HttpStatusCode.OK);
    }

    private static async Task<Reply> Call(TaskApiFactory api, string host, string path)
    {
        // Refused before any operation: no description to hold it against.
        using var client = api.CreateDefaultClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        request.Headers.Add("X-Api-Key", _key);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.Read(response);
    }
}
