using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class RescheduleTaskTests : EndpointTests
{
    [Theory]
    [InlineData("""{"delaySeconds":90}""")]
    [InlineData("""{"delay":"PT1M30S"}""")]
    [InlineData("""{"dueAt":"2026-06-15T12:01:34+02:00"}""")]
    public async Task Reschedule_Later_CountsFromNow(string json)
    {
        var created = await Create("""{"message":"Hei","delaySeconds":10,"name":"n","group":"g"}""");
        var id = created.Id();
        Clock.Advance(Seconds(4));

        var task = (await Patch($"/tasks/{id}", json)).IsJson(HttpStatusCode.OK);

        Assert.Equal("pending", task.Status());
        Assert.Equal(90, task.Number("delaySeconds"));
        Assert.Equal(Now + Seconds(90), task.Instant("dueAt"));
        Assert.Equal(("Hei", "n", "g", created.Text("createdAt")), (task.Text("message"), task.Text("name"), task.Text("group"), task.Text("createdAt")));
        Assert.Equal(task.ToString(), (await Look(id)).ToString());
        await Pass(Seconds(89.999));
        Assert.Equal("pending", (await Look(id)).Status());
        Clock.Advance(Seconds(0.001));
        Assert.Equal("10:01:34 Hei", (await Finished(id)).Text("result"));
    }

    // Clients that are generated may write every field that there is.
    [Fact]
    public async Task Reschedule_OfAMessageWithAnInputThatIsNull_IsAsWithout()
    {
        var id = await Create(10);

        var task = (await Patch($"/tasks/{id}", """{"delaySeconds":90,"message":"Bye","input":null,"priority":null}""")).IsJson(HttpStatusCode.OK);

        Assert.Equal((90, "Bye"), (task.Number("delaySeconds"), task.Text("message")));
        (await Patch($"/tasks/{id}", """{"delaySeconds":90,"input":0}""")).IsInvalid("input");
        (await Patch($"/tasks/{id}", """{"input":null}""")).IsInvalid("input");
    }

    [Fact]
    public async Task Reschedule_Earlier_CompletesEarlier()
    {
        var id = await Create(3600);

        await Patch($"/tasks/{id}", """{"delaySeconds":5}""");
        Clock.Advance(Seconds(5));

        Assert.Equal("10:00:05 Hei", (await Finished(id)).Text("result"));
    }

    [Theory]
    [InlineData("""{"delaySeconds":0}""")]
    [InlineData("""{"dueAt":"2026-06-15T09:00:00.000Z"}""")]
    public async Task Reschedule_ToNow_CompletesWithoutTimePassing(string json)
    {
        var id = await Create(3600);

        (await Patch($"/tasks/{id}", json)).IsJson(HttpStatusCode.OK);

        var task = await Finished(id);
        Assert.Equal("10:00:00 Hei", task.Text("result"));
        Assert.Equal(0, task.Number("delaySeconds"));
    }

    [Fact]
    public async Task Reschedule_MessageAlone_KeepsTheDueTime()
    {
        var created = await Create("""{"message":"Hei","delaySeconds":10}""");
        Clock.Advance(Seconds(4));

        var task = (await Patch($"/tasks/{created.Id()}", """{"message":"Bye"}""")).IsJson(HttpStatusCode.OK);

        Assert.Equal("Bye", task.Text("message"));
        Assert.Equal((created.Text("dueAt"), 10), (task.Text("dueAt"), task.Number("delaySeconds")));
        Clock.Advance(Seconds(6));
        Assert.Equal("10:00:10 Bye", (await Finished(created.Id())).Text("result"));
    }

    [Fact]
    public async Task Reschedule_MessageManyTimes_KeepsTheLast()
    {
        var id = await Create(10);
        string[] messages = ["a", new('b', 4096), "ä", .. Enumerable.Range(0, 50).Select(i => new string('x', i + 1))];

        foreach (var message in messages)
            Assert.Equal(message, (await Patch($"/tasks/{id}", $$"""{"message":"{{message}}"}""")).IsJson(HttpStatusCode.OK).Text("message"));

        Clock.Advance(Seconds(10));
        Assert.Equal($"10:00:10 {messages[^1]}", (await Finished(id)).Text("result"));
    }

    [Fact]
    public async Task Reschedule_DueTimeAndMessage_ChangesBoth()
    {
        var id = await Create(10);

        var task = (await Patch($"/tasks/{id}", """{"message":"Bye","delaySeconds":20}""")).IsJson(HttpStatusCode.OK);

        Assert.Equal(("Bye", 20), (task.Text("message"), task.Number("delaySeconds")));
    }

    [Fact]
    public async Task Reschedule_Completed_IsAConflict()
    {
        var id = await Create(0);
        var completed = await Finished(id);

        (await Patch($"/tasks/{id}", """{"delaySeconds":5}""")).IsProblem(HttpStatusCode.Conflict, "task-already-finished");

        Assert.Equal(completed.ToString(), (await Look(id)).ToString());
    }

    [Fact]
    public async Task Reschedule_Cancelled_IsAConflict()
    {
        var id = await Create(10);
        await Delete($"/tasks/{id}");

        (await Patch($"/tasks/{id}", """{"message":"Bye"}""")).IsProblem(HttpStatusCode.Conflict, "task-already-finished");
    }

    [Fact]
    public async Task Reschedule_ThenCancel_NeitherDueTimeCompletesIt()
    {
        var id = await Create(10);
        await Patch($"/tasks/{id}", """{"delaySeconds":20}""");
        await Delete($"/tasks/{id}");

        await Pass(Seconds(30));

        Assert.Equal("cancelled", (await Look(id)).Status());
    }

    public static TheoryData<string, string> BadChanges => new()
    {
        { "message", """{"message":""}""" },
        { "message", $$"""{"message":"{{new string('a', 4097)}}"}""" },
        { "message", """{"message":"\ud800"}""" },
        { "message", """{"message":5}""" },
        { "delaySeconds", """{"delaySeconds":-0.001}""" },
        { "delaySeconds", """{"delaySeconds":31536000.001}""" },
        { "delaySeconds", """{"delaySeconds":"5"}""" },
        { "delaySeconds", """{"delaySeconds":1,"delaySeconds":1}""" },
        { "delay", """{"delay":"P1Y"}""" },
        { "dueAt", """{"dueAt":"2027-06-15T10:00:00.001Z"}""" },
        { "dueAt", """{"dueAt":"2026-06-15T10:00:10"}""" },
        { "name", """{"delaySeconds":1,"name":"n"}""" },
        { "timeoutSeconds", """{"delaySeconds":1,"timeoutSeconds":5}""" },
        { "Message", """{"Message":"Bye"}""" },
    };

    [Theory]
    [MemberData(nameof(BadChanges))]
    public async Task Reschedule_BadValue_IsBlamedOnItsFieldAndChangesNothing(string field, string json)
    {
        var created = await Create("""{"message":"Hei","delaySeconds":10}""");

        (await Patch($"/tasks/{created.Id()}", json)).IsInvalid(field);

        Assert.Equal(created.ToString(), (await Look(created.Id())).ToString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"delaySeconds":null,"message":null}""")]
    [InlineData("""{"delaySeconds":1,"delay":"PT1S"}""")]
    [InlineData("""{"delaySeconds":1,"dueAt":"2026-06-15T10:00:10Z"}""")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task Reschedule_NothingOrTooMuchOrBadJson_IsRefused(string json)
    {
        var created = await Create("""{"message":"Hei","delaySeconds":10}""");

        (await Patch($"/tasks/{created.Id()}", json)).IsProblem(HttpStatusCode.BadRequest);

        Assert.Equal(created.ToString(), (await Look(created.Id())).ToString());
    }
}
