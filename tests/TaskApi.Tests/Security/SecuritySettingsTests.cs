using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskApi.Access;
using TaskApi.AspNetCore.Security;

namespace TaskApi.Tests.Security;

/// <summary>Starts that are refused, and starts that are not.</summary>
public sealed class SecuritySettingsTests
{
    private const string Loopback = "--urls=http://127.0.0.1:0";
    private static readonly string _hash = new('a', 64);

    public static TheoryData<string, string[]> BadSettings => new()
    {
        { "Security:ApiKeys:0:Name must be", [$"--Security:ApiKeys:0:Hash={_hash}"] },
        { "Security:ApiKeys:0:Name must be", ["--Security:ApiKeys:0:Name=a b", $"--Security:ApiKeys:0:Hash={_hash}"] },
        { "Security:ApiKeys:0:Name must be", [$"--Security:ApiKeys:0:Name={new string('n', 65)}", $"--Security:ApiKeys:0:Hash={_hash}"] },
        { "Security:ApiKeys:0:Hash must be", ["--Security:ApiKeys:0:Name=north"] },
        { "Security:ApiKeys:0:Hash must be", ["--Security:ApiKeys:0:Name=north", "--Security:ApiKeys:0:Hash=taskapi_secret"] },
        { "Security:ApiKeys:0:Hash must be", ["--Security:ApiKeys:0:Name=north", $"--Security:ApiKeys:0:Hash={_hash[1..]}g"] },
        { "Security:ApiKeys:1:Name repeats", ["--Security:ApiKeys:0:Name=north", $"--Security:ApiKeys:0:Hash={_hash}", "--Security:ApiKeys:1:Name=North", $"--Security:ApiKeys:1:Hash={_hash[1..]}b"] },
        { "Security:ApiKeys:1:Hash repeats", ["--Security:ApiKeys:0:Name=north", $"--Security:ApiKeys:0:Hash={_hash}", "--Security:ApiKeys:1:Name=south", $"--Security:ApiKeys:1:Hash={_hash.ToUpperInvariant()}"] },
        { "Security:ApiKeys:0:Name must be", ["--Security:ApiKeys:0=north"] },
        { "Security:ApiKeys must be a list", ["--Security:ApiKeys=north"] },
        { "Security:KnownProxies:0 must be", ["--Security:KnownProxies:0=proxy.example"] },
        { "Security:KnownProxies:1 must be", ["--Security:KnownProxies:0=10.0.0.0/8", "--Security:KnownProxies:1=10.0.0.0/99"] },
        { "Http:PathBase must be", ["--Http:PathBase=taskapi"] },
        { "Http:PathBase must be", ["--Http:PathBase=//taskapi"] },
        { "Http:PathBase must be", ["--Http:PathBase=/task api"] },
        { "Http:PathBase must be", ["--Http:PathBase=/a/../b"] },
        { "Http:PathBase must be", ["--Http:PathBase=/tasks"] },
        { "Http:PathBase must be", ["--Http:PathBase=/schedules"] },
        { "Http:PathBase must be", ["--Http:PathBase=/Queues/x"] },
        { "Http:PathBase must be", ["--Http:PathBase=/Swagger/x"] },
        { "Http:PathBase must be", ["--Http:PathBase=http://service/taskapi"] },
    };

    public static TheoryData<string[]> OpenAddresses => new(
        ["--urls=http://0.0.0.0:0"],
        ["--urls=http://[::]:0"],
        ["--urls=http://*:0"],
        ["--urls=http://+:0"],
        ["--urls=http://tasks.example:0"],
        ["--urls=http://127.0.0.1:0;http://0.0.0.0:0"],
        ["--http_ports=18080"],
        ["--Kestrel:Endpoints:Http:Url=http://*:0"],
        [Loopback, "--Kestrel:Endpoints:Http:Url=http://0.0.0.0:0"]);

    [Theory]
    [MemberData(nameof(BadSettings))]
    public async Task Start_BadSetting_IsRefusedWithASentenceThatNamesTheSetting(string sentence, string[] settings)
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => Start([Loopback, .. settings]));
        Assert.Contains(sentence, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OpenAddresses))]
    public async Task Start_OpenToTheNetworkWithoutKeys_IsRefusedWithASentenceThatSaysWhatToSet(string[] settings)
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => Start(settings));
        foreach (var way in (ReadOnlySpan<string>)["Security:ApiKeys", "new-key", "Security:AllowAnonymous", "--urls"])
            Assert.Contains(way, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Security:AllowAnonymous=true")]
    [InlineData("--Security:ApiKeys:0:Name=north", "--Security:ApiKeys:0:Hash=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Start_OpenToTheNetworkAsMeant_Listens(params string[] settings) =>
        Assert.StartsWith("http://", Assert.Single(await Start(["--urls=http://*:0", .. settings])), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://[::1]:0")]
    public async Task Start_OnThisMachineAlone_Listens(string address) => Assert.Single(await Start([$"--urls={address}"]));

    [Fact]
    public async Task Start_OnASocketInTheFileSystem_Listens()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");
        Assert.Single(await Start([$"--urls=http://unix:{path}"]));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", true)]
    [InlineData("http://0.0.0.0:1", false)]
    [InlineData("http://*:1", false)]
    public async Task Started_BySomeOtherServer_IsLookedAtOnceMore(string address, bool isGood)
    {
        using var server = new OtherServer(address);
        var guard = new ListenGuard(Options.Create(new SecurityOptions()), server, NullLogger<ListenGuard>.Instance);
        var fault = await Record.ExceptionAsync(() => guard.StartedAsync(TestContext.Current.CancellationToken));
        Assert.Equal(isGood, fault is null);
    }

    // Answers with the addresses that were bound.
    private static async Task<string[]> Start(string[] settings)
    {
        var builder = WebApplication.CreateBuilder(settings);
        builder.AddTaskApi();
        builder.AddServiceParts();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.UseTaskApi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = app.Urls.ToArray();
        await app.StopAsync(TestContext.Current.CancellationToken);
        return addresses;
    }

    private sealed class OtherServer : IServer, IServerAddressesFeature
    {
        public OtherServer(string address)
        {
            Addresses = [address];
            Features.Set<IServerAddressesFeature>(this);
        }

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public ICollection<string> Addresses { get; }

        public bool PreferHostingUrls { get; set; }

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
