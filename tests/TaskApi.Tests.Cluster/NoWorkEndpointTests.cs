using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>What a service says of work that keeps its tasks in PostgreSQL, where there is none yet.</summary>
public sealed class NoWorkEndpointTests : EndpointTests
{
    private const string Work = """{"type":"resize"}""";

    [Fact]
    public async Task Create_WithAType_IsRefusedNamingTheMode()
    {
        var reply = (await Post("/tasks", Work)).IsInvalid("type");
        Assert.Contains("Tasks:Storage=Postgres", reply.Body, StringComparison.Ordinal);
        (await Post("/tasks", Work, ("Idempotency-Key", "k"))).IsInvalid("type");
        (await Post("/tasks/batch", $$"""[{"message":"Hei"},{{Work}}]""")).IsInvalid("[1].type");
        (await Post("/tasks/gather", $$"""{"tasks":[{{Work}}]}""")).IsInvalid("tasks[0].type");
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", Content(Work, "application/x-ndjson"));
        Assert.Equal(400, (await stream.Json()).GetProperty("problem").Number("status"));
    }

    [Fact]
    public async Task Work_OfWhichThereIsNone_IsAnsweredAllTheSame()
    {
        var id = await Create(0);
        await Finished(id);

        Assert.Empty((await Post("/work/acquire", """{"worker":"w","queues":["q"]}""")).IsJson(HttpStatusCode.OK).Items("tasks"));
        Assert.Single((await Post("/work/finish", """{"outcomes":[{"token":"t","result":1}]}""")).IsJson(HttpStatusCode.OK).Items("outcomes"));
        Assert.Empty((await Get($"/tasks/{id}/attempts")).IsJson(HttpStatusCode.OK).Items("attempts"));
        Assert.Empty((await Get("/tasks?type=resize")).IsJson(HttpStatusCode.OK).Items("tasks"));
        (await Post($"/tasks/{id}/rerun", "")).IsInvalid("type");
        (await Post("/tasks/rerun?status=completed", "", ("Idempotency-Key", "k"))).IsInvalid("type");
        (await Patch($"/tasks/{await Create(60)}", """{"priority":1}""")).IsInvalid("priority");
    }
}
