using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Queues, as clients see them.</summary>
public sealed class QueueEndpointTests() : WorkEndpointTests(("Work:Queues:mail:MaxRunning", "2"), ("Work:Queues:mail:RateCount", "5"), ("Work:Queues:mail:MaxRunningPerKey", "7"), ("Work:MaxQueues", "3"))
{
    private Task<Reply> Put(string name, string json) => Send(HttpMethod.Put, $"/queues/{name}", Content(json));

    [Fact]
    public async Task Put_SetsWhatIsGiven_AndNothingElse()
    {
        var queue = (await Put("resize", """{"maxRunning":3,"maxRunningPerKey":2,"rate":{"count":10,"seconds":1.5}}""")).IsJson(HttpStatusCode.OK);
        Assert.Equal(
            """{"name":"resize","maxRunning":3,"maxRunningPerKey":2,"rate":{"count":10,"seconds":1.5},"paused":false,"pausedUntil":null,"counts":{"pending":0,"ready":0,"running":0},"oldestReadyAt":null,"workers":0}""",
            queue.GetRawText());
        Assert.Equal(queue.GetRawText(), (await Get("/queues/resize")).IsJson(HttpStatusCode.OK).GetRawText());

        await Put("resize", """{"paused":null,"pausedUntil":"2999-01-01T00:00:00+01:00"}""");
        var paused = (await Get("/queues/resize")).Json;
        Assert.Equal((true, "2998-12-31T23:00:00.000Z", null), (paused.GetProperty("paused").GetBoolean(), paused.Text("pausedUntil"), paused.Text("maxRunning")));
    }

    [Fact]
    public async Task Get_OfAnyName_ShowsWhatThereIs()
    {
        await CreateWork();
        var due = Now;
        await CreateWork("\"delaySeconds\":60");
        await Acquire(queue: "other");

        var queue = (await Get("/queues/resize")).IsJson(HttpStatusCode.OK);
        Assert.Equal((due.Rfc3339(), """{"pending":1,"ready":1,"running":0}"""), (queue.Text("oldestReadyAt"), queue.GetProperty("counts").GetRawText()));
        Assert.Equal("nobody:knows", (await Get("/queues/nobody:knows")).IsJson(HttpStatusCode.OK).Text("name"));
    }

    [Fact]
    public async Task Defaults_AreThoseOfTheConfiguration_UntilSomethingIsSet()
    {
        Assert.Equal(7, (await Get("/queues/mail")).Json.GetProperty("maxRunningPerKey").GetInt32());
        Assert.Equal((2, 5), ((await Get("/queues/mail")).Json is var queue ? (queue.GetProperty("maxRunning").GetInt32(), queue.GetProperty("rate").GetProperty("count").GetInt32()) : default));
        await Put("mail", "{}");
        Assert.Null((await Get("/queues/mail")).Json.Text("maxRunning"));

        (await Delete("/queues/mail")).Is(HttpStatusCode.NoContent);

        Assert.Equal(2, (await Get("/queues/mail")).Json.GetProperty("maxRunning").GetInt32());
        for (var i = 0; i < 4; i++) await CreateWork("\"queue\":\"mail\"");
        Assert.Equal(2, (await Acquire(max: 10, queue: "mail")).Items("tasks").Count);
        (await Delete("/queues/never")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task List_ComesInPages()
    {
        await Put("b", """{"maxRunning":1}""");
        await CreateWork("\"queue\":\"a\"");

        var first = (await Get("/queues?limit=2")).IsJson(HttpStatusCode.OK);
        Assert.Equal(["a", "b"], first.Items("queues").Select(static queue => queue.Text("name")));
        var second = (await Get($"/queues?cursor={first.Text("nextCursor")}")).IsJson(HttpStatusCode.OK);
        Assert.Equal(["mail"], second.Items("queues").Select(static queue => queue.Text("name")));
        Assert.Null(second.Text("nextCursor"));
        var whole = (await Get("/queues?limit=3")).IsJson(HttpStatusCode.OK);
        Assert.Equal((3, null), (whole.Items("queues").Count, whole.Text("nextCursor")));
    }

    [Theory]
    [InlineData("""{"maxRunning":0}""", "maxRunning")]
    [InlineData("""{"maxRunning":100001}""", "maxRunning")]
    [InlineData("""{"maxRunningPerKey":0}""", "maxRunningPerKey")]
    [InlineData("""{"maxRunningPerKey":100001}""", "maxRunningPerKey")]
    [InlineData("""{"rate":{"count":0,"seconds":1}}""", "rate.count")]
    [InlineData("""{"rate":{"count":10001,"seconds":1}}""", "rate.count")]
    [InlineData("""{"rate":{"count":1,"seconds":0.5}}""", "rate.seconds")]
    [InlineData("""{"rate":{"count":1,"seconds":86401}}""", "rate.seconds")]
    [InlineData("""{"rate":{"count":1}}""", "rate.seconds")]
    [InlineData("""{"rate":{"seconds":1}}""", "rate.count")]
    [InlineData("""{"paused":false,"pausedUntil":"2999-01-01T00:00:00Z"}""", "pausedUntil")]
    [InlineData("""{"pausedUntil":"tomorrow"}""", "pausedUntil")]
    [InlineData("""{"pausedUntil":"9999-12-31T23:59:59.9999999Z"}""", "pausedUntil")]
    [InlineData("""{"name":"x"}""", "name")]
    public async Task Put_WhatIsNone_IsRefusedByName(string body, string field) => (await Put("q", body)).IsInvalid(field);

    [Fact]
    public async Task Names_ThatAreNone_AreRefused()
    {
        foreach (var reply in (Reply[])[await Get("/queues/a%20b"), await Put("a%20b", "{}"), await Delete("/queues/a%20b")]) reply.IsInvalid("name");
        (await Get("/queues?cursor=a%20b")).IsInvalid("cursor");
        (await Get("/queues?limit=0")).IsInvalid("limit");
    }

    [Fact]
    public async Task Put_MoreThanThereMayBe_IsRefused()
    {
        for (var i = 0; i < 3; i++) (await Put($"q{i}", "{}")).Is(HttpStatusCode.OK);
        Assert.Equal("60", (await Put("q3", "{}")).IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached").Header("Retry-After"));
        (await Put("q0", """{"maxRunning":1}""")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Put_InsteadOfOneThatHasGoneBackToTheDefaults_IsTaken()
    {
        for (var i = 0; i < 3; i++) (await Put($"q{i}", "{}")).Is(HttpStatusCode.OK);

        (await Delete("/queues/q0")).Is(HttpStatusCode.NoContent);

        (await Put("q3", "{}")).Is(HttpStatusCode.OK);
        (await Put("q4", "{}")).IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached");
    }
}
