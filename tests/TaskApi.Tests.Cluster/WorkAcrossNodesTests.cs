using System.Globalization;
using System.Net;
using System.Text.Json;
using TaskApi.Storage.GroupCommit;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>A worker that calls now this node, now that one, and tasks that come by the other.</summary>
public sealed class WorkAcrossNodesTests : TwoNodes
{
    private static readonly TimeSpan _held = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"type":"resize"}""")]
    [InlineData("""{"type":"resize","delaySeconds":1}""")]
    public async Task Acquire_HeldOnOneNode_WakesForATaskThatTheOtherCreates(string task)
    {
        var acquiring = Acquire(One, more: ""","waitSeconds":60""");
        await Api.Clock.TimerArmed(_held);

        var id = (await Reply.Send(Other, HttpMethod.Post, "/tasks", task)).IsJson(HttpStatusCode.Accepted).Id();
        Api.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(id, Assert.Single(await acquiring.WaitAsync(_patience, Ended)).Id());
    }

    [Theory]
    [InlineData("""
        "error":{"reason":"ValueError"}
        """)]
    [InlineData("\"release\":{}")]
    public async Task Acquire_HeldOnOneNode_WakesForWhatComesBackAtTheOther(string outcome)
    {
        var (id, token) = await Run(Other, ""","retry":{"maxAttempts":2,"initialSeconds":0}""");
        var acquiring = Acquire(One, more: ""","waitSeconds":60""");
        await Api.Clock.TimerArmed(_held);

        await Finish(Other, token, outcome);

        var again = Assert.Single(await acquiring.WaitAsync(_patience, Ended));
        Assert.Equal((id, 2), (again.Id(), again.Number("attempt")));
    }

    [Fact]
    public async Task Acquires_HeldOnBothNodes_GetOneTaskOnce()
    {
        var acquiring = new[] { Acquire(One, more: ""","waitSeconds":60,"leaseSeconds":600"""), Acquire(Other, more: ""","waitSeconds":60,"leaseSeconds":600""", worker: "w2") };
        await Api.Clock.TimerArmed(_held, count: 2);

        await Create(One);
        var first = await Task.WhenAny(acquiring).WaitAsync(_patience, Ended);
        Api.Clock.Advance(_held);

        Assert.Single(await first);
        Assert.Equal(1, (await Task.WhenAll(acquiring).WaitAsync(_patience, Ended)).Sum(static tasks => tasks.Count));
    }

    [Fact]
    public async Task Heartbeat_HeldOnOneNode_HearsOfACancellationAtTheOther()
    {
        var (id, token) = await Run(Other);
        var beating = Beat(One, token, more: ""","waitSeconds":60""");
        await Api.Clock.TimerArmed(_held);

        (await Reply.Send(Other, HttpMethod.Delete, $"/tasks/{id}?reason=enough")).IsJson(HttpStatusCode.Accepted);

        var notice = Assert.Single((await beating.WaitAsync(_patience, Ended)).Items("cancel"));
        Assert.Equal((token, id, "enough"), (notice.Text("token"), notice.Id(), notice.Text("detail")));
        Assert.Equal("cancelled", (await Finish(Other, token, "\"cancelled\":true")).Status());
        Assert.Equal("cancelled", (await Look(One, id)).Status());
    }

    [Fact]
    public async Task Heartbeat_HeldOnOneNode_HearsOfALossByForceAtTheOther()
    {
        var (id, token) = await Run(Other);
        var beating = Beat(One, token, more: ""","waitSeconds":60""");
        await Api.Clock.TimerArmed(_held);

        (await Reply.Send(Other, HttpMethod.Delete, $"/tasks/{id}?force=true")).IsJson(HttpStatusCode.OK);

        Assert.Equal(token, Assert.Single((await beating.WaitAsync(_patience, Ended)).Items("lost")).Text("token"));
    }

    [Fact]
    public async Task Outcome_ToldToTheOtherNode_CountsAndIsAnsweredAlikeByBoth()
    {
        var (id, token) = await Run(One);
        var waiting = Reply.Send(One, HttpMethod.Get, $"/tasks/{id}?waitSeconds=60");
        await Api.Clock.TimerArmed(_held);

        var answer = await Finish(Other, token, "\"result\":{\"at\":\"other\"}");

        Assert.Equal(("completed", """{"at":"other"}"""), ((await waiting.WaitAsync(_patience, Ended)).Json.Status(), (await Look(One, id)).GetProperty("result").GetRawText()));
        Assert.Equal(answer.GetRawText(), (await Finish(One, token, "\"result\":{\"at\":\"other\"}")).GetRawText());
        Assert.EndsWith("lease-lost", (await Finish(One, token, "\"result\":2")).GetProperty("problem").Text("type"), StringComparison.Ordinal);
        Assert.Equal(1, (await Look(Other, id)).Number("attempt"));
    }

    [Fact]
    public async Task Lease_RenewedAtTheOtherNode_GoesOnAndIsLostAtBoth()
    {
        var (id, token) = await Run(One);
        Api.Clock.Advance(TimeSpan.FromSeconds(20));
        await Beat(Other, token);
        Api.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("running", (await Look(One, id)).Status());
        await Beat(One, token);
        Api.Clock.Advance(TimeSpan.FromSeconds(31));

        var again = Assert.Single(await Acquire(Other, worker: "w2"));

        Assert.Equal((id, 2), (again.Id(), again.Number("attempt")));
        foreach (var node in (HttpClient[])[One, Other])
        {
            Assert.EndsWith("lease-lost", (await Finish(node, token, "\"result\":1")).GetProperty("problem").Text("type"), StringComparison.Ordinal);
            Assert.Equal(token, Assert.Single((await Beat(node, token)).Items("lost")).Text("token"));
        }
    }

    [Fact]
    public async Task Acquires_AtBothNodesAtOnce_HandOutEachTaskOnce()
    {
        var bodies = string.Join(',', Enumerable.Repeat("""{"type":"resize"}""", 500));
        (await Reply.Send(One, HttpMethod.Post, "/tasks/batch", $"[{bodies}]")).IsJson(HttpStatusCode.Accepted);

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Acquire(i % 2 == 0 ? One : Other, max: 30, worker: $"w{i}")));

        var ids = taken.SelectMany(static tasks => tasks).Select(static task => task.Id()).ToList();
        Assert.Equal((500, 500), (ids.Count, ids.Distinct().Count()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Attempt_ThatBothNodesHaveHeardOf_IsKnownToNeitherWhenItHasEnded(bool endsWhereItBegan)
    {
        var (_, token) = await Run(One);
        await Beat(Other, token);
        Assert.Contains(OfNodes<DatabaseAccess>(), static node => node.Signals.Running.Count == 1);

        await Finish(endsWhereItBegan ? One : Other, token, "\"result\":1");

        await Until(() => Task.FromResult(Array.TrueForAll(OfNodes<DatabaseAccess>(), static node => node.Signals.Running.Count == 0)));
    }

    private static async Task<string> Create(HttpClient node, string more = "") =>
        (await Reply.Send(node, HttpMethod.Post, "/tasks", $$"""{"type":"resize"{{more}}}""")).IsJson(HttpStatusCode.Accepted).Id();

    private static async Task<(string Id, string Token)> Run(HttpClient node, string more = "")
    {
        var id = await Create(node, more);
        var task = Assert.Single(await Acquire(node));
        Assert.Equal(id, task.Id());
        return (id, task.GetProperty("lease").Text("token")!);
    }

    private static async Task<IReadOnlyList<JsonElement>> Acquire(HttpClient node, int max = 1, string more = "", string worker = "w1") =>
        (await Reply.Send(node, HttpMethod.Post, "/work/acquire", string.Create(CultureInfo.InvariantCulture, $$"""{"worker":"{{worker}}","queues":["resize"],"max":{{max}}{{more}}}""")))
        .IsJson(HttpStatusCode.OK).Items("tasks");

    private static async Task<JsonElement> Finish(HttpClient node, string token, string outcome) => Assert.Single(
        (await Reply.Send(node, HttpMethod.Post, "/work/finish", $$"""{"outcomes":[{"token":"{{token}}",{{outcome}}}]}""")).IsJson(HttpStatusCode.OK).Items("outcomes"));

    private static async Task<JsonElement> Beat(HttpClient node, string token, string more = "") =>
        (await Reply.Send(node, HttpMethod.Post, "/work/heartbeat", $$"""{"worker":"w1","leases":[{"token":"{{token}}"}]{{more}}}""")).IsJson(HttpStatusCode.OK);

    private static async Task<JsonElement> Look(HttpClient node, string id) => (await Reply.Send(node, HttpMethod.Get, $"/tasks/{id}")).IsJson(HttpStatusCode.OK);
}
