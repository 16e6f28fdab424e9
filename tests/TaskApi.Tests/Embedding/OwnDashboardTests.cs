using System.Net;
using Microsoft.AspNetCore.Builder;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Embedding;

/// <summary>The dashboard at a path of its own: who may see it is said of it alone.</summary>
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
}
