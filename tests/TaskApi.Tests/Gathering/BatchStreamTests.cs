using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>A batch as a stream of lines.</summary>
public sealed class BatchStreamTests() : GatheringTests(("Tasks:MaxPending", "30000"))
{
    private const string NdJson = "application/x-ndjson";

    [Fact]
    public async Task Stream_OneTaskPerLine_IsAnsweredByOneTaskPerLine()
    {
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", Content($"{NewTask(1, message: "one")}\n{NewTask(2, message: "two")}\n", NdJson));

        Assert.Equal((HttpStatusCode.OK, NdJson), (stream.Status, stream.MediaType));
        Assert.Equal(("no-store, no-transform", "no"), (stream.Header("Cache-Control"), stream.Header("X-Accel-Buffering")));
        Assert.Equal("utf-8", stream.Charset);
        var tasks = await stream.Rest();
        Assert.Equal(["one", "two"], tasks.Select(static task => task.Text("message")));
        foreach (var task in tasks)
            Assert.Equal((await Look(task.Id())).ToString(), task.ToString());
    }

    [Theory]
    [InlineData("{0}\n{0}\n", 2)]
    [InlineData("{0}\n{0}", 2)]
    [InlineData("{0}\r\n{0}\r\n", 2)]
    [InlineData("\n\r\n  \n{0}\n\t\n{0}\n\n", 2)]
    [InlineData("\uFEFF{0}\n{0}", 2)]
    [InlineData("  {0}  \n", 1)]
    [InlineData("\n\n", 0)]
    [InlineData("", 0)]
    public async Task Stream_LineEndsAndBlankLines_AreReadAsUsual(string body, int tasks)
    {
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", Content(body.Replace("{0}", NewTask(1), StringComparison.Ordinal), NdJson));

        Assert.Equal(HttpStatusCode.OK, stream.Status);
        Assert.Equal(tasks, (await stream.Rest()).Count(static task => task.Status() == "pending"));
        Assert.Equal(tasks, await Created());
    }

    [Theory]
    [InlineData("{}", "message")]
    [InlineData("""{"message":"Hei","delaySeconds":-1}""", "delaySeconds")]
    [InlineData("""{"message":"Hei","delaySeconds":"1"}""", "delaySeconds")]
    [InlineData("""{"message":"Hei","colour":1}""", "colour")]
    [InlineData("""{"message":"Hei","message":"Hei"}""", "message")]
    [InlineData("""{"message":"\ud800"}""", "message")]
    [InlineData("""{"message":"Hei" """, "body")]
    [InlineData("""[{"message":"Hei"}]""", "body")]
    [InlineData("null", "body")]
    [InlineData("Hei", "body")]
    public async Task Stream_ABadLine_GetsItsProblemAndTheOthersTheirTasks(string line, string field)
    {
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", Content($"{NewTask(1)}\n\n{line}\n{NewTask(1)}\n", NdJson));

        var answers = await stream.Rest();

        Assert.Equal(["pending", null, "pending"], answers.Select(static answer => answer.TryGetProperty("status", out var status) ? status.GetString() : null));
        Assert.Equal(["line", "problem"], answers[1].Members());
        Assert.Equal(3, answers[1].Number("line"));
        var problem = answers[1].GetProperty("problem");
        Assert.Equal(("urn:taskapi:problem:invalid-request", 400, "/tasks/batch"), (problem.Text("type"), problem.Number("status"), problem.Text("instance")));
        Assert.Equal([field], problem.GetProperty("errors").Members());
        Assert.Equal(2, await Created());
    }

    [Fact]
    public async Task Stream_OnlyBadLines_AreAnsweredEach()
    {
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", Content(string.Concat(Enumerable.Repeat("x\n", 1_000)), NdJson));

        Assert.Equal(Enumerable.Range(1, 1_000), (await stream.Rest()).Select(static answer => (int)answer.Number("line")));
    }

    [Fact]
    public async Task Stream_ALineOfSixtyFourKibibytes_IsTakenAndALongerOneIsNot()
    {
        var longest = NewTask(1) + new string(' ', (64 << 10) - NewTask(1).Length);
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", Content($"{longest}\r\n{longest} \n{longest}{longest}{longest}\n{longest}", NdJson));

        var answers = await stream.Rest();

        Assert.Equal(4, answers.Count);
        Assert.Equal("pending", answers[0].Status());
        Assert.Equal(["body"], answers[1].GetProperty("problem").GetProperty("errors").Members());
        Assert.Equal(3, answers[2].Number("line"));
        Assert.Equal("pending", answers[3].Status());
    }

    [Fact]
    public async Task Stream_InputPauses_HasItsAnswersAlready()
    {
        using var lines = new LineContent();
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", lines);

        await lines.Write($"{NewTask(1, message: "one")}\n{NewTask(1, message: "two")}\n{NewTask(1, message: "three")[..10]}");
        Assert.Equal("one", (await stream.Json()).Text("message"));
        Assert.Equal("two", (await stream.Json()).Text("message"));
        var third = stream.Json();
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.False(third.IsCompleted);

        await lines.Write($"{NewTask(1, message: "three")[10..]}\n");
        Assert.Equal("three", (await third).Text("message"));
        lines.End();
        await stream.Ends();
    }

    [Fact]
    public async Task Stream_ManyLines_AreAllAnsweredInOrder()
    {
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", Content(string.Concat(Enumerable.Range(0, 20_000).Select(static i => $"{NewTask(1, message: $"{i}")}\n")), NdJson));

        Assert.Equal(Enumerable.Range(0, 20_000), (await stream.Rest()).Select(static task => int.Parse(task.Text("message")!, null)));
        Assert.Equal(20_000, await Created());
    }

    [Fact]
    public async Task Stream_AnswersNotRead_ReadsNoFurther()
    {
        using var lines = new LineContent();
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", lines);
        for (var i = 0; i < 200; i++)
            await lines.Write(string.Concat(Enumerable.Repeat($"{NewTask(1)}\n", 100)));
        lines.End();

        await stream.Json();
        Assert.InRange(await Created(), 1, 15_000);

        Assert.Equal(19_999, (await stream.Rest()).Count);
        Assert.Equal(20_000, await Created());
    }

    [Fact]
    public async Task Stream_LargerThanAnyOtherBody_IsTaken()
    {
        var line = NewTask(1) + new string(' ', 60 << 10);
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", Content(string.Concat(Enumerable.Repeat($"{line}\n", 300)), NdJson));

        Assert.Equal(300, (await stream.Rest()).Count);
    }

    [Fact]
    public async Task Stream_StorageFull_SaysSoOfEachLineThatHasNoRoom()
    {
        Assert.Equal(HttpStatusCode.Accepted, (await Post("/tasks/batch", $"[{string.Join(',', Enumerable.Repeat(NewTask(100, "full"), 9_999))}]")).Status);
        for (var i = 0; i < 2; i++)
            await Post("/tasks/batch", $"[{string.Join(',', Enumerable.Repeat(NewTask(100, "full"), 10_000))}]");
        using var lines = new LineContent();
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", lines);

        await lines.Write($"{NewTask(1)}\nx\n{NewTask(1)}\n{NewTask(1)}\n");
        Assert.Equal("pending", (await stream.Json()).Status());
        Assert.Equal(2, (await stream.Json()).Number("line"));
        foreach (var line in new[] { 3, 4 })
        {
            var answer = await stream.Json();
            Assert.Equal((line, "urn:taskapi:problem:capacity-reached"), (answer.Number("line"), answer.GetProperty("problem").Text("type")));
        }

        await Delete("/tasks?group=full");
        await lines.Write($"{NewTask(1)}");
        lines.End();
        Assert.Equal("pending", (await stream.Json()).Status());
        await stream.Ends();
    }

    [Fact]
    public async Task Stream_ClientHangsUp_LeavesWhatWasAnsweredAndNothingElse()
    {
        using var lines = new LineContent();
        var stream = await Open(HttpMethod.Post, "/tasks/batch", lines);
        await lines.Write($"{NewTask(1)}\n{NewTask(1)}");
        var first = await stream.Json();

        stream.Dispose();

        Assert.Equal("pending", (await Look(first.Id())).Status());
        Assert.Equal(1, await Created());
    }

    [Fact]
    public async Task Stream_WithAnIdempotencyKey_IsRefused()
    {
        (await Send(HttpMethod.Post, "/tasks/batch", Content(NewTask(1), NdJson), ("Idempotency-Key", "k"))).IsInvalid("Idempotency-Key");
        Assert.Equal(0, await Created());
    }

    [Theory]
    [InlineData("application/json", "application/x-ndjson")]
    [InlineData("application/x-ndjson", "application/json")]
    [InlineData("application/json", "application/x-ndjson, application/json;q=0.9")]
    public async Task Batch_OtherFormAccepted_IsAnsweredInTheFormOfTheBody(string mediaType, string accept)
    {
        var reply = await Send(HttpMethod.Post, "/tasks/batch", Content(mediaType == NdJson ? NewTask(1) : $"[{NewTask(1)}]", mediaType), ("Accept", accept));

        Assert.Equal(mediaType, reply.Is(mediaType == NdJson ? HttpStatusCode.OK : HttpStatusCode.Accepted).MediaType);
        Assert.Equal(1, await Created());
    }

    [Theory]
    [InlineData("application/x-ndjson; charset=utf-8", true)]
    [InlineData("Application/X-NDJSON", true)]
    [InlineData("application/x-ndjson; charset=utf8", true)]
    [InlineData("application/x-ndjson; charset=utf-16", false)]
    public async Task Stream_ByContentType_IsTakenInUtf8Alone(string mediaType, bool isTaken) =>
        (await Send(HttpMethod.Post, "/tasks/batch", Content(NewTask(1), mediaType))).Is(isTaken ? HttpStatusCode.OK : HttpStatusCode.UnsupportedMediaType);
}
