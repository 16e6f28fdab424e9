using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Security;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Embedding;

/// <summary>The dashboard at a path of its own: who may see it is said of it alone, and it is open to no network by mistake.</summary>
public sealed class OwnDashboardTests
{
    [Fact]
    public async Task Dashboard_AtAPathOfItsOwn_HasThePageAndItsCallsThere()
    {
        await using var program = await EmbeddingProgram.Start(use: static app => app.MapTaskApiDashboard("/admin/tasks"));

        Assert.Equal("/admin/tasks/?x=1", (await program.Get("/admin/tasks?x=1")).Is(HttpStatusCode.PermanentRedirect).Header("Location"));
        foreach (var path in (string[])["/admin/tasks/", "/admin/tasks/js/main.js", "/admin/tasks/swagger/index.html"])
            (await program.Get(path)).Is(HttpStatusCode.OK);
        var task = (await program.Create("/admin/tasks/tasks")).Header("Location")!;
        Assert.StartsWith("/admin/tasks/tasks/", task, StringComparison.Ordinal);
        (await program.Get(task)).IsJson(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Dashboard_AtAPathOfItsOwn_IsNoLongerAtThatOfTheCalls()
    {
        await using var program = await EmbeddingProgram.Start(use: static app =>
        {
            app.MapTaskApi("/jobs");
            app.MapTaskApiDashboard("/jobs/ui");
        });
        var task = (await program.Create("/jobs/tasks")).Json.Id();

        (await program.Get("/jobs/")).IsProblem(HttpStatusCode.NotFound);
        (await program.Get("/jobs/js/main.js")).IsProblem(HttpStatusCode.NotFound);
        (await program.Get("/jobs/swagger/index.html")).Is(HttpStatusCode.OK);
        (await program.Get("/jobs/ui/")).Is(HttpStatusCode.OK);
        // The tasks are the same.
        (await program.Get($"/jobs/ui/tasks/{task}")).IsJson(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Policy_OfTheDashboard_HoldsForItsPageAndItsCallsAlone()
    {
        await using var program = await EmbeddingProgram.Start(HeaderUsers.Add, static app =>
        {
            app.MapTaskApi("/jobs");
            app.MapTaskApiDashboard("/ui").RequireAuthorization();
        });

        foreach (var path in (string[])["/ui", "/ui/", "/ui/js/main.js", "/ui/tasks"])
            (await program.Get(path)).Is(HttpStatusCode.Unauthorized);
        (await program.Get("/ui/", ("User", "north"))).Is(HttpStatusCode.OK);
        await program.Create("/ui/tasks", ("User", "north"));
        (await program.Get("/jobs/tasks")).IsJson(HttpStatusCode.OK);
    }

    [Fact]
    public async Task MapTaskApiDashboard_Twice_IsRefused()
    {
        await using var app = EmbeddingProgram.Build();
        app.MapTaskApiDashboard("/ui");

        Assert.StartsWith("The dashboard is mapped already.", Assert.Throws<InvalidOperationException>(() => app.MapTaskApiDashboard("/more")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MapTaskApiDashboard_WithoutAddTaskApi_IsRefused()
    {
        await using var app = WebApplication.CreateBuilder().Build();

        Assert.Contains("call builder.AddTaskApi() before", Assert.Throws<InvalidOperationException>(() => app.MapTaskApiDashboard("/ui")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:80")]
    [InlineData("http://*:80")]
    [InlineData("http://[::]:80")]
    [InlineData("https://tasks.example")]
    public async Task Start_OnTheNetworkForAnybody_IsRefusedAndSaysWhatToAdd(string address)
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAt(address, static _ => { }));

        Assert.Contains($"at {address}.", fault.Message, StringComparison.Ordinal);
        foreach (var remedy in (string[])[".RequireAuthorization()", "Security:ApiKeys", "http://localhost:5080", "Security:AllowAnonymous"])
            Assert.Contains(remedy, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnTheNetworkForAnybodyAlthoughThereIsAFallback_IsRefused() => await Assert.ThrowsAsync<InvalidOperationException>(static () =>
        StartAt("http://0.0.0.0:80", static dashboard => dashboard.AllowAnonymous(), static builder => HeaderUsers.AddWithFallback(builder)));

    [Theory]
    [InlineData("http://127.0.0.1:80")]
    [InlineData("http://localhost:80")]
    [InlineData("http://unix:/run/tasks.sock")]
    public async Task Start_OnThisMachineAlone_IsNotRefused(string address)
    {
        await using var program = await StartAt(address, static _ => { });

        (await program.Get("/ui/")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Start_OnTheNetworkForThoseWhoMay_IsNotRefused()
    {
        Action<IEndpointConventionBuilder> silent = static _ => { };
        await Starts(static dashboard => dashboard.RequireAuthorization(), HeaderUsers.Add);
        await Starts(static dashboard => dashboard.RequireAuthorization(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()), HeaderUsers.Add);
        await Starts(silent, HeaderUsers.AddWithFallback);
        await Starts(silent, build: null, ("Security:AllowAnonymous", "true"));
        await Starts(silent, build: null, ("Security:ApiKeys:0:Name", "a"), ("Security:ApiKeys:0:Hash", ApiKeyText.Hash(ApiKeyText.NewKey())));

        static async Task Starts(Action<IEndpointConventionBuilder> say, Action<WebApplicationBuilder>? build, params (string, string)[] settings)
        {
            await using var program = await StartAt("http://0.0.0.0:80", say, build, settings);
            (await program.Get("/ui/", ("User", "north"))).Is(HttpStatusCode.OK);
        }
    }

    // The server of the test says that it listens there.
    private static Task<EmbeddingProgram> StartAt(string address, Action<IEndpointConventionBuilder> say, Action<WebApplicationBuilder>? build = null, params (string, string)[] settings) => EmbeddingProgram.Start(
        build,
        app =>
        {
            app.Services.GetRequiredService<IServer>().Features.Set<IServerAddressesFeature>(new Addresses(address));
            say(app.MapTaskApiDashboard("/ui"));
        },
        settings);

    private sealed class Addresses(string address) : IServerAddressesFeature
    {
        ICollection<string> IServerAddressesFeature.Addresses { get; } = [address];

        public bool PreferHostingUrls { get; set; }
    }
}
