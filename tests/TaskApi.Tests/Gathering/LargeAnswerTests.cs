using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>Answers of which only a part can be kept: the rest is looked up again while they are sent, and nobody can tell.</summary>
public sealed class LargeAnswerTests() : EndpointTests(("Limits:MaxCallBytesPerCaller", "1048576"))
{
    private const int Count = 120;

    private static readonly string _long = new('m', 4090);

    [Fact]
    public async Task Gather_OfManyLongTasks_HasAllInTheOrderOfTheRequest()
    {
        var ids = await CreateLong(delaySeconds: 1);
        await Pass(Seconds(2));
        string[] asked = [ids[7], .. ids.Reverse(), ids[7]];

        var answer = (await Post("/tasks/gather", Body(asked))).IsJson(HttpStatusCode.OK);

        Assert.Equal(asked, answer.GetProperty("tasks").EnumerateArray().Select(static task => task.Id()));
        Assert.Equal(answer.GetProperty("tasks").EnumerateArray().Select(static task => task.Text("result")), answer.GetProperty("results").EnumerateArray().Select(static result => result.GetString()));
        Assert.All(answer.GetProperty("tasks").EnumerateArray(), static task => Assert.StartsWith(_long, task.Text("message"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wait_OutOfTimeWithManyLongTasks_HasEachOnceWhereItStands()
    {
        var done = await CreateLong(delaySeconds: 1);
        var pending = await CreateLong(delaySeconds: 1000);
        await Pass(Seconds(2));

        var answer = (await Post("/tasks/wait", Body([.. pending, .. done]))).IsJson(HttpStatusCode.OK);

        Assert.Equal(done, answer.GetProperty("done").EnumerateArray().Select(static task => task.Id()));
        Assert.Equal(pending, answer.GetProperty("pending").EnumerateArray().Select(static task => task.Id()));
    }

    [Fact]
    public async Task Gather_WaitingForManyLongTasks_IsAnsweredWhenTheyAreDone()
    {
        var ids = await CreateLong(delaySeconds: 5);
        var gather = Post("/tasks/gather", $$"""{"ids":{{JsonSerializer.Serialize(ids)}},"waitSeconds":60}""");
        await Clock.TimerArmed(Seconds(60));

        await Pass(Seconds(5));

        Assert.Equal(ids, (await gather).IsJson(HttpStatusCode.OK).GetProperty("tasks").EnumerateArray().Select(static task => task.Id()));
    }

    [Fact]
    public async Task AsCompleted_OfManyLongTasks_HasEachOnce()
    {
        var ids = await CreateLong(delaySeconds: 1);
        await Pass(Seconds(2));

        using var stream = await Open(HttpMethod.Post, "/tasks/as-completed", Content(Body(ids)));

        var seen = new List<string>();
        for (var i = 0; i < ids.Length; i++)
            seen.Add((await stream.Json()).Id());
        await stream.Ends();
        Assert.Equal(ids.Order(), seen.Order());
    }

    [Fact]
    public async Task List_OfManyLongTasks_GoesOnWhereItEnds()
    {
        // Several nodes number what they create apart from each other.
        string[] ids = [.. (await CreateLong(delaySeconds: 1000)).Order(StringComparer.Ordinal)];

        var first = (await Get("/tasks?limit=110")).IsJson(HttpStatusCode.OK);
        var second = (await Get($"/tasks?limit=110&cursor={first.Text("nextCursor")}")).IsJson(HttpStatusCode.OK);

        Assert.Equal(ids[..110], first.GetProperty("tasks").EnumerateArray().Select(static task => task.Id()));
        Assert.Equal(ids[110..], second.GetProperty("tasks").EnumerateArray().Select(static task => task.Id()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextCursor").ValueKind);
    }

    [Fact]
    public async Task Batch_LargerThanOneCallerMayHold_IsRefusedAndCreatesNothing()
    {
        var tasks = JsonSerializer.Serialize(Enumerable.Repeat(new { message = _long }, 200));

        (await Post("/tasks/batch", tasks)).IsProblem(HttpStatusCode.TooManyRequests, "rate-limited");

        Assert.Equal(0, (await Get("/tasks/stats")).Json.Number("created"));
    }

    private static string Body(string[] ids) => $$"""{"ids":{{JsonSerializer.Serialize(ids)}},"waitSeconds":0}""";

    private async Task<string[]> CreateLong(int delaySeconds)
    {
        var tasks = Enumerable.Range(0, Count).Select(i => new { message = $"{_long}{i}", delaySeconds });
        var ids = new List<string>();
        // A third at a time: a batch holds more than its body.
        foreach (var some in tasks.Chunk(Count / 3))
            ids.AddRange((await Post("/tasks/batch", JsonSerializer.Serialize(some))).IsJson(HttpStatusCode.Accepted).GetProperty("tasks").EnumerateArray().Select(static task => task.Id()));
        return [.. ids];
    }
}
