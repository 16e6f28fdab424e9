using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Security;

namespace TaskApi.Tests.Embedding;

/// <summary>Neither the calls on tasks nor the dashboard are open to a network by mistake, wherever a program has them.</summary>
public sealed class NetworkGuardTests
{
    private static readonly Func<WebApplication, IEndpointConventionBuilder> _calls = static app => app.MapTaskApi("/ui");
    private static readonly Func<WebApplication, IEndpointConventionBuilder> _dashboard = static app => app.MapTaskApiDashboard("/ui");

    [Theory]
    [InlineData("http://0.0.0.0:80")]
    [InlineData("http://*:80")]
    [InlineData("http://[::]:80")]
    [InlineData("https://tasks.example")]
    public async Task Start_OnTheNetworkForAnybody_IsRefusedAndSaysWhatToAdd(string address)
    {
        foreach (var (map, method) in ((Func<WebApplication, IEndpointConventionBuilder>, string)[])[(_calls, "app.MapTaskApi(…)"), (_dashboard, "app.MapTaskApiDashboard(…)")])
        {
            var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAt(address, map));

            Assert.Contains($"at {address}.", fault.Message, StringComparison.Ordinal);
            foreach (var remedy in (string[])[method + ".RequireAuthorization()", "Security:ApiKeys", "http://localhost:5080", "Security:AllowAnonymous"])
                Assert.Contains(remedy, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_OnTheNetworkForAnybodyAlthoughThereIsAFallback_IsRefused() => await Assert.ThrowsAsync<InvalidOperationException>(static () =>
        StartAt("http://0.0.0.0:80", static app => _dashboard(app).AllowAnonymous(), static builder => HeaderUsers.AddWithFallback(builder)));

    [Fact]
    public async Task Start_WithOneOfTwoPlacesProtected_IsRefusedForTheOther()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(static () => StartAt(
            "http://0.0.0.0:80",
            static app =>
            {
                app.MapTaskApi("/jobs");
                return _dashboard(app).RequireAuthorization();
            },
            HeaderUsers.Add));

        Assert.Contains("app.MapTaskApi(…)", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:80")]
    [InlineData("http://localhost:80")]
    [InlineData("http://unix:/run/tasks.sock")]
    public async Task Start_OnThisMachineAlone_IsNotRefused(string address)
    {
        foreach (var map in (Func<WebApplication, IEndpointConventionBuilder>[])[_calls, _dashboard])
        {
            await using var program = await StartAt(address, map);

            (await program.Get("/ui/")).Is(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Start_OnTheNetworkForThoseWhoMay_IsNotRefused()
    {
        foreach (var map in (Func<WebApplication, IEndpointConventionBuilder>[])[_calls, _dashboard])
        {
            await Starts(app => map(app).RequireAuthorization(), HeaderUsers.Add);
            await Starts(app => map(app).RequireAuthorization(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()), HeaderUsers.Add);
            await Starts(map, HeaderUsers.AddWithFallback);
            await Starts(map, build: null, ("Security:AllowAnonymous", "true"));
            await Starts(map, build: null, ("Security:ApiKeys:0:Name", "a"), ("Security:ApiKeys:0:Hash", ApiKeyText.Hash(ApiKeyText.NewKey())));
        }

        static async Task Starts(Func<WebApplication, IEndpointConventionBuilder> map, Action<WebApplicationBuilder>? build, params (string, string)[] settings)
        {
            await using var program = await StartAt("http://0.0.0.0:80", map, build, settings);
            (await program.Get("/ui/", ("User", "north"))).Is(HttpStatusCode.OK);
        }
    }

    // The server of the test says that it listens there.
    private static Task<EmbeddingProgram> StartAt(
        string address, Func<WebApplication, IEndpointConventionBuilder> map, Action<WebApplicationBuilder>? build = null, params (string, string)[] settings) => EmbeddingProgram.Start(
        build,
        app =>
        {
            app.Services.GetRequiredService<IServer>().Features.Set<IServerAddressesFeature>(new Addresses(address));
            map(app);
        },
        settings);

    private sealed class Addresses(string address) : IServerAddressesFeature
    {
        ICollection<string> IServerAddressesFeature.Addresses { get; } = [address];

        public bool PreferHostingUrls { get; set; }
    }
}
