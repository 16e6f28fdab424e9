using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Attempts, and running again.</summary>
public sealed class RerunTests : WorkEndpointTests
{
    [Fact]
    public async Task Rerun_AFailedTask_CreatesItAnew()
    {
        var id = await Fail(""" "input":{"a":1.0},"queue":"resize","priority":3,"key":"k","name":"n","group":"g","attemptSeconds":9 """);

        var reply = await Post($"/tasks/{id}/rerun", "");

        var again = reply.IsJson(HttpStatusCode.Accepted);
        Assert.Equal($"/tasks/{again.Id()}", reply.Header("Location"));
        Assert.Equal((id, "pending", Now), (again.Text("parent"), again.Status(), again.Instant("dueAt")));
        var first = await Look(id);
        foreach (var member in (ReadOnlySpan<string>)["type", "input", "queue", "priority", "key", "name", "group", "attemptSeconds", "retry"])
            Assert.Equal(first.GetProperty(member).GetRawText(), again.GetProperty(member).GetRawText());
        Assert.Equal(again.Id(), Assert.Single((await Get($"/tasks?parent={id}")).Json.Items("tasks")).Id());
    }

    [Fact]
    public async Task Rerun_AMessage_SendsItAgain()
    {
        var id = await Create(0);
        await Finished(id);

        Assert.Equal("Hei", (await Post($"/tasks/{id}/rerun", "")).IsJson(HttpStatusCode.Accepted).Text("message"));
        Assert.Empty((await Get($"/tasks/{id}/attempts")).IsJson(HttpStatusCode.OK).Items("attempts"));
    }

    [Fact]
    public async Task Rerun_WhatIsNotDone_IsRefused()
    {
        var (id, _) = await Run();

        (await Post($"/tasks/{id}/rerun", "")).IsProblem(HttpStatusCode.Conflict, "task-not-finished");
        (await Post($"/tasks/{Guid.CreateVersion7()}/rerun", "")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        (await Post("/tasks/nonsense/rerun", "")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        (await Get("/tasks/nonsense/attempts")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
    }

    [Fact]
    public async Task Rerun_WithAKey_IsDoneOnce()
    {
        var (one, other) = (await Fail(), await Fail());
        (await Post($"/tasks/{one}/rerun", "", ("Idempotency-Key", "k"))).IsJson(HttpStatusCode.Accepted);

        var first = await Post($"/tasks/{other}/rerun", "", ("Idempotency-Key", "k"));
        var again = await Post($"/tasks/{other}/rerun", "", ("Idempotency-Key", "k"));

        Assert.Equal(first.IsJson(HttpStatusCode.Accepted).GetRawText(), again.IsJson(HttpStatusCode.Accepted).GetRawText());
        Assert.Equal(("true", first.Header("Location")), (again.Header("Idempotency-Replayed"), again.Header("Location")));
        Assert.Equal(2, (await Acquire(max: 10)).Items("tasks").Count);
    }

    [Fact]
    public async Task RerunMany_ThatMatch_SpreadsThem()
    {
        for (var i = 0; i < 2; i++)
            await Fail(""" "group":"g" """);
        await Fail(""" "group":"h" """);

        var created = (await Post("/tasks/rerun?group=g&type=resize&queue=resize&spreadSeconds=10", "", ("Idempotency-Key", "k"))).IsJson(HttpStatusCode.Accepted);
        Assert.Equal(2, created.Number("created"));
        Assert.Equal("true", (await Post("/tasks/rerun?group=g&type=resize&queue=resize&spreadSeconds=10", "", ("Idempotency-Key", "k"))).Header("Idempotency-Replayed"));
        (await Post("/tasks/rerun?group=h", "", ("Idempotency-Key", "k"))).IsProblem(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");

        var due = (await Get("/tasks?status=pending")).Json.Items("tasks").Select(static task => task.Instant("dueAt")).ToList();
        Assert.Equal([Now, Now + Seconds(5)], due);
        // Those have been run again; the other is left.
        Assert.Equal(1, (await Post("/tasks/rerun", "")).IsJson(HttpStatusCode.Accepted).Number("created"));
    }

    [Fact]
    public async Task RerunMany_OfATime_LeavesTheOthers()
    {
        await Fail();
        Clock.Advance(Seconds(60));
        var after = Now;
        await Fail();
        Clock.Advance(Seconds(60));
        var before = Now;
        await Fail();

        Assert.Equal(1, (await Post($"/tasks/rerun?createdAfter={after:yyyy-MM-ddTHH:mm:ssZ}&createdBefore={before:yyyy-MM-ddTHH:mm:ssZ}", "")).IsJson(HttpStatusCode.Accepted).Number("created"));
        Assert.Equal(1, (await Post($"/tasks/rerun?createdAfter={after:yyyy-MM-ddTHH:mm:ssZ}", "")).IsJson(HttpStatusCode.Accepted).Number("created"));
        Assert.Equal(1, (await Post("/tasks/rerun", "")).IsJson(HttpStatusCode.Accepted).Number("created"));
    }

    [Theory]
    [InlineData("createdAfter=now", "createdAfter")]
    [InlineData("status=pending", "status")]
    [InlineData("status=nonsense", "status")]
    [InlineData("type=a:b", "type")]
    [InlineData("queue=", "queue")]
    [InlineData("group=a b", "group")]
    [InlineData("spreadSeconds=-1", "spreadSeconds")]
    [InlineData("spreadSeconds=31536001", "spreadSeconds")]
    [InlineData("colour=red", "colour")]
    public async Task RerunMany_AgainstARule_NamesTheParameter(string query, string field) => (await Post($"/tasks/rerun?{query}", "")).IsInvalid(field);

    [Fact]
    public async Task Attempts_OfARunningTask_HaveNoEnd()
    {
        var (id, _) = await Run();

        var attempt = Assert.Single((await Get($"/tasks/{id}/attempts")).IsJson(HttpStatusCode.OK).Items("attempts"));

        Assert.Equal((1, Worker, Now), (attempt.Number("number"), attempt.Text("worker"), attempt.Instant("startedAt")));
        foreach (var member in (ReadOnlySpan<string>)["endedAt", "outcome", "error"])
            Assert.Equal(JsonValueKind.Null, attempt.GetProperty(member).ValueKind);
    }
}
