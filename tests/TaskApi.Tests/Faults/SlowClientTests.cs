namespace TaskApi.Tests.Faults;

/// <summary>Clients who take their time, or too much of everything: the server cuts them off (real time, which is its own).</summary>
public sealed class SlowClientTests
{
    [Fact]
    public async Task Head_ThatDoesNotArrive_IsGivenUp()
    {
        await using var service = new SocketService([("Limits:HeaderTimeout", "00:00:01")]);
        using var client = await RawClient.Connect(service.Address);
        await client.Send("GET /tasks HTTP/1.1\r\nHost: local");

        Assert.StartsWith("HTTP/1.1 408", await client.Rest(), StringComparison.Ordinal);

        await service.LetsGo();
    }

    [Fact]
    public async Task Body_ThatDoesNotArrive_IsGivenUpAndCreatesNothing()
    {
        await using var service = new SocketService([("Limits:MinBodyBytesPerSecond", "1000000")]);
        using var client = await RawClient.Connect(service.Address);
        await client.Send(Phases.Sending["half a body"].Request(await service.Create(1000)));

        await client.LineOf("HTTP/1.1 408");
        Assert.Contains("urn:taskapi:problem:request-timeout", await client.LineOf("{"), StringComparison.Ordinal);

        client.Close();
        await service.LetsGo();
        Assert.Equal(1, (await service.Storage.GetStatsAsync("", TestContext.Current.CancellationToken)).Created);
    }

    [Fact]
    public async Task Connection_Idle_IsClosed()
    {
        await using var service = new SocketService([("Limits:IdleTimeout", "00:00:01")]);
        using var client = await RawClient.Connect(service.Address);
        await client.Send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", await client.Rest(), StringComparison.Ordinal);

        await service.LetsGo();
    }

    [Fact]
    public async Task Connection_OneTooMany_IsClosedAndTheOthersServed()
    {
        await using var service = new SocketService([("Limits:MaxConnections", "1")]);
        using var first = await RawClient.Connect(service.Address);
        await service.Until(() => service.Connections == 1);
        using var second = await RawClient.Connect(service.Address);

        Assert.Equal("", await second.Rest());

        await first.Send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await first.LineOf("HTTP/1.1 200");
    }
}
