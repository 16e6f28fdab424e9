using System.Net;
using System.Text;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>Waits, streams, keys and bounds of one node, and tasks of another.</summary>
public sealed class AcrossNodesTests() : TwoNodes(("Tasks:MaxPending", "6"))
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(300);

    private ManualTimeProvider Clock => Api.Clock;

    [Fact]
    public async Task Wait_OnOneNode_EndsWhenTheTaskComesDueWhicheverNodeCompletesIt()
    {
        var ids = new[] { await Create(One, 1), await Create(Other, 1), await Create(One, 2), await Create(Other, 2) };
        var waits = ids.Select((id, i) => Reply.Send(i < 2 ? One : Other, HttpMethod.Get, $"/tasks/{id}?waitSeconds=300")).ToList();
        await Clock.TimerArmed(_longest, count: 4);

        Clock.Advance(TimeSpan.FromSeconds(2));

        foreach (var wait in waits) Assert.Equal("completed", (await wait).IsJson(HttpStatusCode.OK).Status());
    }

    [Fact]
    public async Task Wait_OnOneNode_EndsWhenTheOtherSaysRunNow()
    {
        var id = await Create(One, 1000);
        var waiting = Reply.Send(One, HttpMethod.Get, $"/tasks/{id}/result?waitSeconds=300");
        await Clock.TimerArmed(_longest);

        (await Reply.Send(Other, HttpMethod.Patch, $"/tasks/{id}", """{"delaySeconds":0,"message":"now"}""")).Is(HttpStatusCode.OK);

        Assert.EndsWith(" now", (await waiting).IsJson(HttpStatusCode.OK).Text("result"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reschedule_OnOneNode_ToEarlier_IsKeptByTheNodeThatWokeForTheLater()
    {
        var id = await Create(One, 1000);
        (await Reply.Send(Other, HttpMethod.Patch, $"/tasks/{id}", """{"delaySeconds":3}""")).Is(HttpStatusCode.OK);
        var waiting = Reply.Send(One, HttpMethod.Get, $"/tasks/{id}?waitSeconds=300");
        await Clock.TimerArmed(_longest);

        Clock.Advance(TimeSpan.FromSeconds(3));

        var task = (await waiting).IsJson(HttpStatusCode.OK);
        Assert.Equal(("completed", task.Text("dueAt")), (task.Status(), task.Text("finishedAt")));
    }

    [Fact]
    public async Task Gather_OfTasksOfBothNodes_HasAllResultsInTheOrderAskedFor()
    {
        var ids = new[] { await Create(Other, 2), await Create(One, 1), await Create(Other, 1) };
        var gathering = Reply.Send(One, HttpMethod.Post, "/tasks/gather", Ids(ids));
        await Clock.TimerArmed(_longest);

        Clock.Advance(TimeSpan.FromSeconds(2));

        var gathered = (await gathering).IsJson(HttpStatusCode.OK);
        Assert.True(gathered.GetProperty("done").GetBoolean());
        Assert.Equal(ids, gathered.Items("tasks").Select(static task => task.Id()));
    }

    [Fact]
    public async Task Gather_OneCancelledOnTheOtherNode_FailsAtOnce()
    {
        var ids = new[] { await Create(One, 1000), await Create(One, 1000) };
        var gathering = Reply.Send(One, HttpMethod.Post, "/tasks/gather", Ids(ids));
        await Clock.TimerArmed(_longest);

        (await Reply.Send(Other, HttpMethod.Delete, $"/tasks/{ids[1]}")).Is(HttpStatusCode.OK);

        Assert.Equal(1, (await gathering).IsProblem(HttpStatusCode.FailedDependency, "gather-failed").Json.Number("index"));
    }

    [Fact]
    public async Task AsCompleted_OnOneNode_HasWhatTheOtherFinishesAtTheMoment()
    {
        var ids = new[] { await Create(Other, 1000), await Create(Other, 1), await Create(One, 1000) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks/as-completed") { Content = Json(Ids(ids)) };
        using var stream = new StreamedReply(request, await One.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        await Clock.TimerArmed(_longest);

        (await Reply.Send(Other, HttpMethod.Delete, $"/tasks/{ids[2]}")).Is(HttpStatusCode.OK);
        Assert.Equal(ids[2], (await stream.Json()).Id());
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ids[1], (await stream.Json()).Id());
        (await Reply.Send(Other, HttpMethod.Delete, "/tasks?all=true")).Is(HttpStatusCode.OK);
        Assert.Equal(ids[0], (await stream.Json()).Id());
        await stream.Ends();
    }

    [Fact]
    public async Task Key_OnOneNodeThenTheOther_GivesTheFirstAnswerAgainAndCreatesNothing()
    {
        const string Body = """{"message":"Hei","delaySeconds":1000}""";
        var first = (await Reply.Send(One, HttpMethod.Post, "/tasks", Body, "key")).Is(HttpStatusCode.Accepted);
        (await Reply.Send(Other, HttpMethod.Delete, $"/tasks/{first.Json.Id()}")).Is(HttpStatusCode.OK);

        var again = await Reply.Send(Other, HttpMethod.Post, "/tasks", Body, "key");

        Assert.Equal(("true", first.Status, first.Body), (again.Header("Idempotency-Replayed"), again.Status, again.Body));
        (await Reply.Send(Other, HttpMethod.Post, "/tasks", """{"message":"other"}""", "key")).IsProblem(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        Assert.Equal(1, (await Reply.Send(One, HttpMethod.Get, "/tasks/stats")).Json.Number("created"));
    }

    [Fact]
    public async Task Key_OfACallThatWaitsOnOneNode_HasOneTaskOnTheOther()
    {
        const string Body = """{"message":"Hei","delaySeconds":2}""";
        var first = Reply.Send(One, HttpMethod.Post, "/tasks?waitSeconds=300", Body, "key");
        await Clock.TimerArmed(_longest);
        var again = Reply.Send(Other, HttpMethod.Post, "/tasks?waitSeconds=300", Body, "key");
        await Clock.TimerArmed(_longest, count: 2);

        Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((await first).IsJson(HttpStatusCode.OK).ToString(), (await again).IsJson(HttpStatusCode.OK).ToString());
        Assert.Equal(1, (await Reply.Send(One, HttpMethod.Get, "/tasks/stats")).Json.Number("created"));
    }

    [Fact]
    public async Task MaxPending_AskedForMoreOfBothAtOnce_HoldsExactlyAndHasRoomAgain()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => Reply.Send(i % 2 == 0 ? One : Other, HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":1000}"""))));

        Assert.Equal(6, replies.Count(static reply => reply.Status == HttpStatusCode.Accepted));
        Assert.All(replies.Where(static reply => reply.Status != HttpStatusCode.Accepted), static reply => reply.IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached"));
        var one = replies.First(static reply => reply.Status == HttpStatusCode.Accepted).Json.Id();
        (await Reply.Send(Other, HttpMethod.Delete, $"/tasks/{one}")).Is(HttpStatusCode.OK);
        await Create(One, 1000);
        (await Reply.Send(Other, HttpMethod.Post, "/tasks", """{"message":"Hei"}""")).IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached");
    }

    private static string Ids(string[] ids) => JsonSerializer.Serialize(new { ids });

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private static async Task<string> Create(HttpClient node, double delaySeconds) =>
        (await Reply.Send(node, HttpMethod.Post, "/tasks", FormattableString.Invariant($$"""{"message":"Hei","delaySeconds":{{delaySeconds}}}"""))).IsJson(HttpStatusCode.Accepted).Id();
}
