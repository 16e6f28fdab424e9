using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Embedding;

/// <summary>TaskApi under a path of a program's: it answers as it does by itself, and what it refers to is there.</summary>
public sealed class MountedApiTests
{
    [Fact]
    public async Task Calls_UnderThePrefix_AreThoseOfTheService()
    {
        await using var program = await EmbeddingProgram.Start();
        var created = await program.Create("/jobs/tasks");
        var task = created.Header("Location")!;

        Assert.Equal($"/jobs/tasks/{created.Json.Id()}", task);
        Assert.Equal("pending", (await program.Get(task)).IsJson(HttpStatusCode.OK).Status());
        (await program.Get($"{task}/result")).IsProblem(HttpStatusCode.Conflict, "task-not-finished");
        (await program.Send(HttpMethod.Patch, task, """{"delaySeconds":5}""")).IsJson(HttpStatusCode.OK);
        var wait = program.Get($"{task}?waitSeconds=60");
        await program.Clock.TimerArmed(TimeSpan.FromSeconds(60));
        program.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("completed", (await wait).IsJson(HttpStatusCode.OK).Status());
        (await program.Send(HttpMethod.Delete, task)).IsProblem(HttpStatusCode.Conflict, "task-already-finished");
        (await program.Send(HttpMethod.Post, "/jobs/tasks/gather", $$"""{"ids":["{{created.Json.Id()}}"]}""")).IsJson(HttpStatusCode.OK);
        Assert.Equal(1, (await program.Get("/jobs/tasks/stats")).IsJson(HttpStatusCode.OK).Number("completed"));
    }

    [Fact]
    public async Task List_UnderThePrefix_LinksToItsNextPageThere()
    {
        await using var program = await EmbeddingProgram.Start();
        await program.Create("/jobs/tasks");
        await program.Create("/jobs/tasks");

        var link = (await program.Get("/jobs/tasks?limit=1")).Header("Link")!;

        Assert.StartsWith("</jobs/tasks?limit=1&cursor=", link, StringComparison.Ordinal);
        Assert.Single((await program.Get(link[1..link.IndexOf('>', StringComparison.Ordinal)])).IsJson(HttpStatusCode.OK).Items("tasks"));
    }

    [Theory]
    [InlineData("GET", "/jobs/nowhere", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/jobs/tasks", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/jobs/tasks", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("GET", "/jobs/tasks?limit=x", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/JOBS/tasks/x", HttpStatusCode.NotFound)]
    [InlineData("GET", "/jobs/swagger/nowhere", HttpStatusCode.NotFound)]
    public async Task Refusals_UnderThePrefix_AreProblemsOfThatPath(string method, string path, HttpStatusCode status)
    {
        await using var program = await EmbeddingProgram.Start();

        var refused = (await program.Send(new HttpMethod(method), path)).IsProblem(status);

        Assert.Equal(path.Split('?')[0], refused.Json.Text("instance"));
    }

    [Theory]
    [InlineData("/tasks")]
    [InlineData("/jobsx/tasks")]
    [InlineData("/")]
    public async Task Path_ThatIsNotUnderThePrefix_IsTheProgramsOwn(string path)
    {
        await using var program = await EmbeddingProgram.Start(use: static app =>
        {
            app.MapTaskApi("/jobs");
            app.MapFallback(static () => "the program's");
        });

        Assert.Equal("the program's", (await program.Get(path)).Is(HttpStatusCode.OK).Body);
    }

    [Fact]
    public async Task Endpoint_OfTheProgramUnderThePrefix_GoesFirst()
    {
        await using var program = await EmbeddingProgram.Start(use: static app =>
        {
            app.MapTaskApi("/jobs/");
            app.MapGet("/jobs/tasks/mine", static () => "the program's");
        });

        Assert.Equal("the program's", (await program.Get("/jobs/tasks/mine")).Body);
        (await program.Get("/jobs/tasks/other")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
    }

    [Fact]
    public async Task Root_AsThePrefix_LeavesTheProgramItsPaths()
    {
        await using var program = await EmbeddingProgram.Start(use: static app =>
        {
            app.MapGet("/hello", static () => "the program's");
            app.MapTaskApi();
        });

        Assert.Equal("the program's", (await program.Get("/hello")).Body);
        Assert.StartsWith("/tasks/", (await program.Create("/tasks")).Header("Location"), StringComparison.Ordinal);
        (await program.Get("/")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Group_WithAParameter_IsPartOfThePrefix()
    {
        await using var program = await EmbeddingProgram.Start(use: static app => app.MapGroup("/tenants/{tenant}").MapTaskApi("jobs"));

        Assert.StartsWith("/tenants/north%20pole/jobs/tasks/", (await program.Create("/tenants/north%20pole/jobs/tasks")).Header("Location"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/base/jobs/tasks", null, "/base/jobs/tasks/")]
    [InlineData("/jobs/tasks", "/svc", "/svc/jobs/tasks/")]
    public async Task PathBase_OfTheProgram_StandsBeforeThePrefix(string path, string? forwarded, string expected)
    {
        await using var program = await EmbeddingProgram.Start(use: static app =>
        {
            app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedPrefix });
            app.UsePathBase("/base");
            app.UseRouting();
            app.MapTaskApi("/jobs");
        });

        var created = await program.Create(path, forwarded is null ? [] : [("X-Forwarded-Prefix", forwarded)]);

        Assert.StartsWith(expected, created.Header("Location"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prefix_ThatAKnownProxyHasTakenOff_StandsBeforeThePrefix()
    {
        await using var program = await EmbeddingProgram.Start(settings: ("Security:KnownProxies:0", "127.0.0.1"));
        (string, string) proxy = ("X-Forwarded-Prefix", "/svc");

        Assert.StartsWith("/svc/jobs/tasks/", (await program.Create("/jobs/tasks", proxy)).Header("Location"), StringComparison.Ordinal);
        Assert.Equal("/svc/jobs/", (await program.Get("/jobs", proxy)).Is(HttpStatusCode.PermanentRedirect).Header("Location"));
        Assert.Equal("/svc/jobs", Assert.Single((await program.Get("/jobs/swagger/v1/swagger.json", proxy)).IsJson(HttpStatusCode.OK).Items("servers")).Text("url"));
        Assert.Equal("/svc/jobs/nowhere", (await program.Get("/jobs/nowhere", proxy)).IsProblem(HttpStatusCode.NotFound).Json.Text("instance"));
    }

    [Fact]
    public async Task Call_ThatIsOver_LeavesTheProgramsRequestAsItWas()
    {
        var seen = new List<string>();
        await using var program = await EmbeddingProgram.Start(use: app =>
        {
            app.UseRouting();
            app.Use(async (context, next) =>
            {
                await next(context);
                seen.Add($"{context.Request.PathBase}|{context.Request.Path}|{context.GetEndpoint()?.DisplayName}|{context.Request.RouteValues["taskApiPath"]}");
            });
            app.MapTaskApi("/jobs");
        });

        await program.Get("/jobs/tasks/stats");

        Assert.Equal(["|/jobs/tasks/stats|TaskApi|tasks/stats"], seen);
    }
}
