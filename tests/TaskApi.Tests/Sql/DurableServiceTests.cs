using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TaskApi.Storage.Sqlite;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>What the durable mode shows over HTTP beyond what both modes do alike.</summary>
public sealed class DurableServiceTests : EndpointTests
{
    public DurableServiceTests()
        : base(new TaskApiFactory(("Tasks:Storage", "Sqlite"), ("Tasks:ShutdownGrace", "00:00:05"))
        {
            Registrations = static services =>
            {
                services.RemoveAll<SqliteStorage>();
                services.AddSingleton<SqliteStorage, FaultyDatabase>();
            },
        })
    {
    }

    private FaultyDatabase Database => (FaultyDatabase)Api.Services.GetRequiredService<SqliteStorage>();

    [Fact]
    public async Task FullDisk_EveryChange_IsA503AndReadsAndWaitsGoOn()
    {
        var id = await Create(100);
        var waiting = Get($"/tasks/{id}?waitSeconds=300");
        await Clock.TimerArmed(Seconds(300));
        Database.BreakDisk();

        Reply[] refused = [
            await Post("/tasks", """{"message":"Hei"}"""),
            await Post("/tasks?waitSeconds=1", """{"message":"Hei"}"""),
            await Post("/tasks/batch", """[{"message":"Hei"}]"""),
            await Patch($"/tasks/{id}", """{"delaySeconds":1}"""),
            await Delete($"/tasks/{id}"),
            await Delete("/tasks?all=true"),
            await Post("/tasks/gather", """{"tasks":[{"message":"Hei"}]}""")];

        foreach (var reply in refused)
        {
            reply.IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");
            Assert.Matches("^[1-9][0-9]*$", reply.Header("Retry-After"));
        }

        Assert.Equal("pending", (await Look(id)).Status());
        (await Get("/tasks")).Is(HttpStatusCode.OK);
        Assert.Equal(1, (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK).Number("created"));
        Assert.Equal("degraded", (await Get("/health/ready")).IsJson(HttpStatusCode.OK).Status());

        Database.MendDisk();
        Clock.Advance(Seconds(1));
        Assert.Equal("healthy", (await Get("/health/ready")).IsJson(HttpStatusCode.OK).Status());
        Clock.Advance(Seconds(99));
        Assert.Equal("completed", (await waiting).IsJson(HttpStatusCode.OK).Status());
    }

    [Fact]
    public async Task FullDisk_StreamedBatch_LineIsToldSo()
    {
        Database.BreakDisk();

        var reply = await Send(HttpMethod.Post, "/tasks/batch", Content("{\"message\":\"Hei\"}\n", "application/x-ndjson"));

        reply.Is(HttpStatusCode.OK);
        Assert.Equal("urn:taskapi:problem:storage-unavailable", reply.Json.GetProperty("problem").Text("type"));
    }
}
