using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TaskApi.AspNetCore.Security;

namespace TaskApi.Tests.Embedding;

/// <summary>Who may call TaskApi in a program: the program says who gets in; keys, where there are some, say whose the tasks are.</summary>
public sealed class AccessTests
{
    private static readonly string _key = ApiKeyText.NewKey();

    [Fact]
    public async Task Program_WithoutAuthentication_TakesEveryCall()
    {
        await using var program = await EmbeddingProgram.Start();

        // Nor does it matter by which name it is called.
        await program.Create("/jobs/tasks", ("Host", "tasks.example"));
    }

    [Theory]
    [InlineData("/jobs/tasks")]
    [InlineData("/jobs/")]
    [InlineData("/jobs/swagger/v1/swagger.json")]
    [InlineData("/jobs/health/ready")]
    [InlineData("/jobs/nowhere")]
    public async Task Policy_OfTheProgram_DecidesWhoGetsIn(string path)
    {
        await using var program = await StartWithUsers(static api => api.RequireAuthorization("admins"));

        Assert.Equal("users", (await program.Get(path)).Is(HttpStatusCode.Unauthorized).Header("WWW-Authenticate"));
        (await program.Get(path, ("User", "north"))).Is(HttpStatusCode.Forbidden);
        Assert.NotEqual(HttpStatusCode.Forbidden, (await program.Get(path, ("User", "admin"))).Status);
    }

    [Fact]
    public async Task Fallback_OfTheProgram_HoldsUnlessTaskApiIsOpen()
    {
        await using var closed = await StartWithUsers(static _ => { }, hasFallback: true);
        await using var open = await StartWithUsers(static api => api.AllowAnonymous(), hasFallback: true);

        (await closed.Get("/jobs/tasks")).Is(HttpStatusCode.Unauthorized);
        (await open.Get("/jobs/tasks")).Is(HttpStatusCode.OK);
        (await open.Get("/own")).Is(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Users_OfTheProgram_ShareTheTasksWhereThereAreNoKeys()
    {
        await using var program = await StartWithUsers(static api => api.RequireAuthorization());

        var task = (await program.Create("/jobs/tasks", ("User", "north"))).Header("Location")!;

        (await program.Get(task, ("User", "south"))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Keys_BesideTheProgramsUsers_SayWhoseTheTasksAre()
    {
        var other = ApiKeyText.NewKey();
        await using var program = await StartWithUsers(
            static api => api.RequireAuthorization(),
            settings: [("Security:ApiKeys:0:Name", "a"), ("Security:ApiKeys:0:Hash", ApiKeyText.Hash(_key)), ("Security:ApiKeys:1:Name", "b"), ("Security:ApiKeys:1:Hash", ApiKeyText.Hash(other))]);
        (string, string) user = ("User", "north");

        (await program.Get("/jobs/tasks", ("X-Api-Key", _key))).Is(HttpStatusCode.Unauthorized);
        (await program.Get("/jobs/tasks", user)).IsProblem(HttpStatusCode.Unauthorized);
        var task = (await program.Create("/jobs/tasks", user, ("X-Api-Key", _key))).Header("Location")!;
        (await program.Get(task, user, ("X-Api-Key", _key))).Is(HttpStatusCode.OK);
        (await program.Get(task, user, ("X-Api-Key", other))).IsProblem(HttpStatusCode.NotFound);
        (await program.Get("/jobs/", user)).Is(HttpStatusCode.OK);
        Assert.Equal("north", (await program.Get("/own", user)).Body);
    }

    private static Task<EmbeddingProgram> StartWithUsers(Action<IEndpointConventionBuilder> say, bool hasFallback = false, (string, string)[]? settings = null) => EmbeddingProgram.Start(
        hasFallback ? HeaderUsers.AddWithFallback : HeaderUsers.Add,
        app =>
        {
            say(app.MapTaskApi("/jobs"));
            app.MapGet("/own", static (HttpContext context) => context.User.Identity?.Name);
        },
        settings ?? []);
}
