using System.Net;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web;

/// <summary>Idempotency-Key on a batch.</summary>
public sealed class IdempotentBatchTests : EndpointTests
{
    private const string Two = """[{"message":"Hei","delaySeconds":10},{"message":"Bye"}]""";

    [Fact]
    public async Task Batch_SameKeyAndBody_GivesTheFirstAnswerAgain()
    {
        var first = (await Keyed(Two)).Is(HttpStatusCode.Accepted);
        await Pass(Seconds(11));
        var second = (await Keyed(Two)).Is(HttpStatusCode.Accepted);
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal(first.Body, second.Body);
        Assert.Equal(3, await Created());
    }

    [Fact]
    public async Task Batch_OfTenThousand_IsReplayedByteForByte()
    {
        var many = "[" + string.Join(',', Enumerable.Repeat("""{"message":"Hei","delaySeconds":10}""", 10_000)) + "]";
        var first = (await Keyed(many)).Is(HttpStatusCode.Accepted);
        var second = (await Keyed(many)).Is(HttpStatusCode.Accepted);
        Assert.Equal(first.Body, second.Body);
        Assert.Equal(10_000, await Created());
    }

    [Fact]
    public async Task Batch_SameKeyWithAnotherBody_IsRefused()
    {
        await Keyed(Two);
        (await Keyed("""[{"message":"Hei"}]""")).IsProblem(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        Assert.Equal(2, await Created());
    }

    [Fact]
    public async Task Batch_OneElementBad_IsNotRemembered()
    {
        (await Keyed("""[{"message":"Hei"},{"message":""}]""")).IsInvalid("[1].message");
        (await Keyed(Two)).Is(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Batch_KeyOfASingleCreation_IsAnotherCall()
    {
        await Post("/tasks", """{"message":"Hei"}""", (IdempotencyKeyHeader.Name, "key"));
        var batch = (await Keyed("""[{"message":"Hei"}]""")).Is(HttpStatusCode.Accepted);
        Assert.Null(batch.Header("Idempotency-Replayed"));
        Assert.Equal(2, await Created());
    }

    [Fact]
    public async Task Gather_OfNewTasksWithAKey_IsInvalidAndCreatesNothing()
    {
        var reply = await Post("/tasks/gather", """{"tasks":[{"message":"Hei"}],"waitSeconds":0}""", (IdempotencyKeyHeader.Name, "key"));

        reply.IsInvalid(IdempotencyKeyHeader.Name);
        Assert.Equal(0, await Created());
    }

    [Fact]
    public async Task Gather_OfTasksCreatedWithAKey_Answers()
    {
        var created = (await Keyed("""[{"message":"Hei"}]""")).Is(HttpStatusCode.Accepted).Json.GetProperty("tasks")[0].Id();

        (await Post("/tasks/gather", $$"""{"ids":["{{created}}"]}""", (IdempotencyKeyHeader.Name, "key"))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Stream_WithAKey_IsInvalid()
    {
        var reply = await Send(HttpMethod.Post, "/tasks/batch", Content("{\"message\":\"Hei\"}\n", "application/x-ndjson"), (IdempotencyKeyHeader.Name, "key"));
        reply.IsInvalid(IdempotencyKeyHeader.Name);
        Assert.Equal(0, await Created());
    }

    private Task<Reply> Keyed(string json) => Post("/tasks/batch", json, (IdempotencyKeyHeader.Name, "key"));

    private async Task<double> Created() => (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK).Number("created");
}
