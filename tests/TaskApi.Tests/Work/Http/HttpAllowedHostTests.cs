using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Delivery;
using TaskApi.AspNetCore.Security;
using TaskApi.Engine.Model;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Http;

/// <summary>What the settings narrow, and what the service allows while it answers this machine alone.</summary>
public sealed class HttpAllowedHostTests : HttpTaskTests
{
    private readonly ConcurrentQueue<string> _asked;

    public HttpAllowedHostTests()
        : this([])
    {
    }

    private HttpAllowedHostTests(ConcurrentQueue<string> asked)
        : base(new TaskApiFactory(("Delivery:AllowedHosts:0", "LOCALHOST"), ("Delivery:AllowedHosts:1", "*.hooks.test"))
        {
            Registrations = services => services.AddSingleton<NameResolver>(host =>
            {
                asked.Enqueue(host);
                return Dns.GetHostAddressesAsync(host);
            }),
        }) => _asked = asked;

    [Fact]
    public async Task Host_ThatIsNotAllowed_IsRefused()
    {
        await using var receiver = new Receiver();

        Assert.Equal("completed", (await CallOnce($"http://localhost.:{receiver.Port}/")).Status());
        Assert.Equal("delivery-refused", ErrorOf(await CallOnce(receiver.Url)).Item1);
        Assert.Single(receiver.Requests);
    }

    // Whether it exists is nobody's business, and a name can carry things out.
    [Fact]
    public async Task Host_ThatIsNotAllowed_IsNotLookedUp()
    {
        Assert.Equal("delivery-refused", ErrorOf(await CallOnce("http://secret.inside.invalid/")).Item1);

        Assert.Empty(_asked);
    }

    [Theory]
    [InlineData("*.bücher.example")]
    [InlineData("*.xn--bcher-kva.example")]
    public void Hosts_WithLettersBeyondAscii_AreAllowedHoweverTheyAreWritten(string allowed)
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        var callers = new LocalCallers(Options.Create(new SecurityOptions()), Options.Create(new TaskOptions()), new GuardedPlaces(services), services);
        var targets = new DeliveryTargets(Options.Create(new DeliveryOptions { AllowedHosts = { allowed } }), callers);

        Assert.True(targets.AllowsHost(new Uri("http://hooks.Bücher.example./").IdnHost));
        Assert.False(targets.AllowsHost("hooks.buecher.example"));
        Assert.False(targets.AllowsHost("xn--bcher-kva.example"));
    }
}
