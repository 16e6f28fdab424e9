using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Delivery;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Http;

/// <summary>Calls are no way into the network that the service is in: here it answers everybody, so that loopback is closed, too.</summary>
public sealed class HttpRefusalTests : HttpTaskTests
{
    private static readonly IPAddress _open = IPAddress.Parse("127.0.0.2");

    private static readonly Dictionary<string, IPAddress[][]> _names = new()
    {
        ["open.test"] = [[_open]],
        ["mixed.test"] = [[_open, IPAddress.Loopback]],
        ["inside.test"] = [[IPAddress.Parse("10.1.2.3")]],
        // Another answer each time.
        ["changing.test"] = [[_open], [IPAddress.Loopback]],
    };

    private readonly Dictionary<string, int> _asked;

    public HttpRefusalTests()
        : this([])
    {
    }

    private HttpRefusalTests(Dictionary<string, int> asked)
        : base(new TaskApiFactory(("Security:AllowAnonymous", "true"), ("Delivery:AllowedNetworks:0", "127.0.0.2"))
        {
            Registrations = services => services.AddSingleton<NameResolver>(host =>
            {
                lock (asked)
                {
                    if (!_names.TryGetValue(host.TrimEnd('.'), out var answers)) return Dns.GetHostAddressesAsync(host);
                    var count = asked[host] = asked.GetValueOrDefault(host) + 1;
                    return Task.FromResult(answers[Math.Min(count, answers.Length) - 1]);
                }
            }),
        }) => _asked = asked;

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0x7f.0.0.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://0/")]
    [InlineData("http://localhost/")]
    [InlineData("http://localhost./")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://[64:ff9b::7f00:1]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fe80::1%25lo]/")]
    [InlineData("http://[fc00::1]/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("http://192.168.0.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://192.0.2.1/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://255.255.255.255/")]
    [InlineData("http://127.0.0.1:22/")]
    [InlineData("http://inside.test/")]
    [InlineData("http://inside.test./")]
    [InlineData("http://mixed.test/")]
    public async Task Address_ThatIsNotPublic_IsRefusedWithoutAWordAboutIt(string url)
    {
        var task = await Finished((await Call(url)).Id());

        Assert.Equal(("failed", 1, ("delivery-refused", "The URL may not be called from here.")), (task.Status(), task.Number("attempt"), ErrorOf(task)));
    }

    [Fact]
    public async Task Name_ThatAnswersOtherwiseLater_IsConnectedToWhereItWasChecked()
    {
        await using var receiver = new Receiver(address: _open);

        var first = await CallOnce($"http://changing.test:{receiver.Port}/");
        var second = await CallOnce($"http://changing.test:{receiver.Port}/");

        Assert.Equal(("completed", "delivery-refused"), (first.Status(), ErrorOf(second).Item1));
        var sent = Assert.Single(receiver.Requests);
        Assert.Equal((_open, $"changing.test:{receiver.Port}"), (sent.To, sent.Headers["host"]));
        Assert.Equal(2, _asked["changing.test"]);
    }

    [Fact]
    public async Task Address_InDigitsOfAnotherScript_IsNoWayInEither()
    {
        await using var receiver = new Receiver();

        Assert.Equal("failed", (await CallOnce($"http://\\uFF11\\uFF12\\uFF17.0.0.1:{receiver.Port}/")).Status());
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task Redirect_ToWhereNobodyMayCall_IsNotFollowed()
    {
        await using var hidden = new Receiver();
        await using var receiver = new Receiver(Receiver.Answer("302 Found", headers: $"Location: http://127.0.0.1:{hidden.Port}/\r\n"), _open);

        Assert.Equal(("http-status", "302 Found"), ErrorOf(await CallOnce($"http://open.test:{receiver.Port}/")));
        Assert.Empty(hidden.Requests);
    }
}
