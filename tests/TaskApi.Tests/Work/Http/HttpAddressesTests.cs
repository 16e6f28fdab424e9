using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Delivery;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Http;

/// <summary>A host with two addresses, of which the first doesn't answer.</summary>
public sealed class HttpAddressesTests() : HttpTaskTests(new TaskApiFactory
{
    Registrations = static services => services.AddSingleton<NameResolver>(static _ => Task.FromResult<IPAddress[]>([_dead, _live])),
})
{
    private static readonly IPAddress _dead = IPAddress.Parse("127.0.0.3");
    private static readonly IPAddress _live = IPAddress.Parse("127.0.0.2");

    [Fact]
    public async Task Address_ThatDoesNotAnswer_LeavesTheOtherItsTime()
    {
        await using var receiver = new Receiver(address: _live);
        // It takes one connection and no more.
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(_dead, receiver.Port));
        full.Listen(0);
        using var first = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(new IPEndPoint(_dead, receiver.Port), TestContext.Current.CancellationToken);
        var id = (await Call($"http://two.test:{receiver.Port}/")).Id();

        await Clock.TimerArmed(Seconds(7.5));
        Clock.Advance(Seconds(7.5));

        Assert.Equal("completed", (await Finished(id)).Status());
        Assert.Single(receiver.Requests);
    }
}
