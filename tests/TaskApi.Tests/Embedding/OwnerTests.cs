using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TaskApi.AspNetCore;
using TaskApi.AspNetCore.Security;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Embedding;

/// <summary>A program says whose the tasks of its users are.</summary>
public sealed class OwnerTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Users_OfDifferentOwners_SeeTheirOwnTasksAlone()
    {
        await using var program = await Start();

        var task = (await program.Create("/jobs/tasks", ("User", "ann@north"))).Header("Location")!;

        (await program.Get(task, ("User", "bob@north"))).Is(HttpStatusCode.OK);
        (await program.Get(task, ("User", "ann@south"))).IsProblem(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("nobody@")]
    [InlineData(null)]
    public async Task User_WithoutAnOwner_IsRefusedButSeesThePages(string? user)
    {
        await using var program = await Start();
        (string, string)[] headers = user is null ? [] : [("User", user)];

        Assert.NotNull((await program.Get("/jobs/tasks", headers)).IsProblem(HttpStatusCode.Unauthorized).Header("WWW-Authenticate"));
        (await program.Get("/jobs/health/ready", headers)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Program_ForAnOwner_CreatesWhatItsUsersSee()
    {
        await using var program = await Start();
        var owners = program.Services.GetRequiredService<ITaskOwners>();

        var task = await owners.TasksOf("north").CreateAsync(new NewTask("Hei"), Ended);
        var nobodys = await program.Services.GetRequiredService<ITasks>().CreateAsync(new NewTask("Hei"), Ended);

        Assert.Equal(task.Id.ToString(), (await program.Get($"/jobs/tasks/{task.Id}", ("User", "ann@north"))).IsJson(HttpStatusCode.OK).Id());
        (await program.Get($"/jobs/tasks/{nobodys.Id}", ("User", "ann@north"))).IsProblem(HttpStatusCode.NotFound);
        await Assert.ThrowsAsync<TaskNotFoundException>(() => owners.TasksOf("south").Attach(task.Id).GetAsync(Ended));
        Assert.Throws<ArgumentException>(() => owners.TasksOf(""));
    }

    [Fact]
    public async Task Keys_BesideOwners_StopTheStart()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => Start("--Security:ApiKeys:0:Name=a", "--Security:ApiKeys:0:Hash=" + ApiKeyText.Hash(ApiKeyText.NewKey())));

        Assert.Contains("Security:ApiKeys", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_WhoMayOnlyLook_ChangesNothing()
    {
        await using var program = await EmbeddingProgram.Start(Build(static options => options.ReadOnly = static user => user.Identity?.Name != "ann"));

        var task = (await program.Create("/jobs/tasks", ("User", "ann"))).Header("Location")!;

        var seen = await program.Get(task, ("User", "bob"));
        seen.IsJson(HttpStatusCode.OK);
        Assert.Equal("read-only", seen.Header("TaskApi-Access"));
        (await program.Send(HttpMethod.Delete, task, null, ("User", "bob"))).IsProblem(HttpStatusCode.Forbidden, "read-only");
        (await program.Send(HttpMethod.Delete, task, null, ("User", "ann"))).IsJson(HttpStatusCode.OK);
    }

    // Whose a user is stands behind the @.
    private static Task<EmbeddingProgram> Start(params string[] settings) =>
        EmbeddingProgram.Start(Build(static options => options.Owner = static user => user.Identity?.Name?.Split('@')[1], settings));

    private static WebApplicationBuilder Build(Action<TaskApiOptions> configure, params string[] settings)
    {
        var builder = WebApplication.CreateBuilder(["--Tasks:ShutdownGrace=00:00:00", .. settings]);
        builder.WebHost.UseTestServer();
        HeaderUsers.Add(builder);
        builder.AddTaskApi(configure);
        return builder;
    }
}
