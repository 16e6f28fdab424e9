using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Schedules;

/// <summary>Schedules, as clients see them.</summary>
public sealed class ScheduleEndpointTests : ScheduleTests
{
    [Fact]
    public async Task Put_ANewOne_IsCreatedAndShown()
    {
        var reply = await Put("hourly", Hourly);

        var schedule = reply.IsJson(HttpStatusCode.Created);
        Assert.Equal("/schedules/hourly", reply.Header("Location"));
        Assert.Equal(("hourly", "0 * * * *", "UTC", "one", "allow", false), (
            schedule.Text("name"), schedule.Text("cron"), schedule.Text("timeZone"), schedule.Text("missed"), schedule.Text("overlap"), schedule.GetProperty("paused").GetBoolean()));
        Assert.Equal("Hei", schedule.GetProperty("task").Text("message"));
        Assert.Equal(Enumerable.Range(1, 5).Select(i => Now.AddHours(i).Rfc3339()), schedule.Items("nextAt").Select(static at => at.GetString()!));
        Assert.Equal(schedule.GetRawText(), (await Get("/schedules/hourly")).IsJson(HttpStatusCode.OK).GetRawText());
        Assert.Equal("hourly", Assert.Single((await Get("/schedules")).Json.Items("schedules")).Text("name"));
    }

    [Fact]
    public async Task Occurrences_MakeOneTaskEach()
    {
        await Put("hourly", Hourly);

        Clock.Advance(TimeSpan.FromHours(3));

        var tasks = await Tasks();
        Assert.Equal(3, tasks.Count);
        var schedule = (await Get("/schedules/hourly")).Json;
        Assert.Equal((Now, tasks[2].Id()), (schedule.Instant("lastAt"), schedule.Text("lastTaskId")));
    }

    [Fact]
    public async Task Occurrences_WithStartAndEnd_LieBetweenThem()
    {
        var (startAt, endAt) = (Now.AddHours(2), Now.AddHours(4));
        var put = await Put("s", $$$"""{"cron":"0 * * * *","startAt":"{{{startAt.Rfc3339()}}}","endAt":"{{{endAt.Rfc3339()}}}","task":{"message":"Hei","group":"g"}}""");
        Assert.Equal([startAt.Rfc3339(), startAt.AddHours(1).Rfc3339(), endAt.Rfc3339()], put.Json.Items("nextAt").Select(static at => at.GetString()));

        Clock.Advance(TimeSpan.FromHours(6));

        Assert.Equal(3, (await Tasks()).Count);
        Assert.Empty((await Get("/schedules/s")).Json.Items("nextAt"));
    }

    [Theory]
    [InlineData("\"everySeconds\":86400,\"startAt\":\"9999-12-31T00:00:00Z\"", "9999-12-31T00:00:00.000Z")]
    [InlineData("\"everySeconds\":7200,\"startAt\":\"9999-12-31T23:00:00+03:00\"", "9999-12-31T20:00:00.000Z", "9999-12-31T22:00:00.000Z")]
    [InlineData("\"cron\":\"0 20 31 12 FRI\",\"timeZone\":\"America/New_York\",\"startAt\":\"9998-01-01T00:00:00Z\"")]
    public async Task Occurrences_AtTheEndOfTheCalendar_AreThoseThatItHas(string timing, params string[] nextAt)
    {
        Assert.Equal(nextAt, (await Put("far", $$$"""{{{{timing}}},"task":{"message":"Hei"}}""")).IsJson(HttpStatusCode.Created).Items("nextAt").Select(static at => at.GetString()));

        Assert.Equal(nextAt, (await Get("/schedules/far")).IsJson(HttpStatusCode.OK).Items("nextAt").Select(static at => at.GetString()));
        Assert.Equal("far", Assert.Single((await Get("/schedules")).IsJson(HttpStatusCode.OK).Items("schedules")).Text("name"));
    }

    [Fact]
    public async Task Pause_SkipsWhatComesDue()
    {
        await Put("hourly", Hourly);
        var paused = (await Patch("/schedules/hourly", """{"paused":true}""")).IsJson(HttpStatusCode.OK);
        Assert.Empty(paused.Items("nextAt"));
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Empty(await Tasks());

        Assert.Equal(5, (await Patch("/schedules/hourly", """{"paused":false}""")).IsJson(HttpStatusCode.OK).Items("nextAt").Count);
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Single(await Tasks());
    }

    [Fact]
    public async Task Trigger_IsBesideThePlan()
    {
        await Put("hourly", """{"cron":"0 * * * *","paused":true,"task":{"message":"Hei","group":"g"}}""");

        var reply = await Post("/schedules/hourly/trigger", "", ("Idempotency-Key", "k"));
        var task = reply.IsJson(HttpStatusCode.Accepted);
        Assert.Equal($"/tasks/{task.Id()}", reply.Header("Location"));
        Assert.Equal("true", (await Post("/schedules/hourly/trigger", "", ("Idempotency-Key", "k"))).Header("Idempotency-Replayed"));
        Assert.Single(await Tasks());
        Assert.Null((await Get("/schedules/hourly")).Json.Text("lastTaskId"));
        (await Post("/schedules/other/trigger", "")).IsProblem(HttpStatusCode.NotFound, "schedule-not-found");
    }

    [Theory]
    [InlineData("""{"cron":"0 * * * *","task":{"type":"resize","input":1}}""")]
    [InlineData("""{"cron":"0 * * * *","task":{"type":"future"}}""")]
    [InlineData(null)]
    public async Task Trigger_AgainWithItsKey_IsAnsweredAsItWasWhateverTheScheduleIsNow(string? then)
    {
        await Put("hourly", """{"cron":"0 * * * *","task":{"type":"mail","input":1}}""");
        var first = await Post("/schedules/hourly/trigger", "", ("Idempotency-Key", "k"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        if (then is null)
            (await Delete("/schedules/hourly")).Is(HttpStatusCode.NoContent);
        else
            await Put("hourly", then);

        var again = await Post("/schedules/hourly/trigger", "", ("Idempotency-Key", "k"));

        Assert.Equal(first.IsJson(HttpStatusCode.Accepted).GetRawText(), again.IsJson(HttpStatusCode.Accepted).GetRawText());
        Assert.Equal(("true", first.Header("Location")), (again.Header("Idempotency-Replayed"), again.Header("Location")));
        Assert.Null(first.Header("Idempotency-Replayed"));
    }

    [Fact]
    public async Task Conditions_OfPut_Hold()
    {
        var tag = (await Put("s", Hourly, ("If-None-Match", "*"))).Is(HttpStatusCode.Created).Header("ETag")!;
        (await Put("s", Hourly, ("If-None-Match", "*"))).IsProblem(HttpStatusCode.PreconditionFailed, "precondition-failed");
        (await Put("t", Hourly, ("If-Match", "*"))).IsProblem(HttpStatusCode.PreconditionFailed, "precondition-failed");

        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(tag, (await Get("/schedules/s")).Header("ETag"));
        var other = (await Put("s", """{"everySeconds":60,"task":{"message":"Hei"}}""", ("If-Match", tag))).Is(HttpStatusCode.OK).Header("ETag");
        Assert.NotEqual(tag, other);
        (await Put("s", Hourly, ("If-Match", tag))).IsProblem(HttpStatusCode.PreconditionFailed, "precondition-failed");
    }

    [Theory]
    [InlineData("""{"type":"http","input":{"url":"https://example.com","headers":{"Authorization":"SECRET"}}}""")]
    [InlineData("""{"message":"m","callback":{"url":"https://example.com","headers":{"Authorization":"SECRET"}}}""")]
    public async Task Conditions_WhereACredentialAloneHasChanged_Hold(string task)
    {
        var read = (await PutWith("old")).Header("ETag")!;
        Assert.Equal(read, (await Get("/schedules/s")).Header("ETag"));

        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(read, (await PutWith("new", ("If-Match", read))).Is(HttpStatusCode.OK).Header("ETag"));

        (await PutWith("old", ("If-Match", read))).IsProblem(HttpStatusCode.PreconditionFailed, "precondition-failed");

        Task<Reply> PutWith(string secret, params (string, string)[] headers) =>
            Put("s", $$"""{"everySeconds":60,"task":{{task.Replace("SECRET", secret, StringComparison.Ordinal)}}}""", headers);
    }

    [Fact]
    public async Task Delete_LeavesItsTasks()
    {
        await Put("hourly", Hourly);
        Clock.Advance(TimeSpan.FromHours(1));

        (await Delete("/schedules/hourly")).Is(HttpStatusCode.NoContent);
        (await Delete("/schedules/hourly")).IsProblem(HttpStatusCode.NotFound, "schedule-not-found");
        (await Get("/schedules/hourly")).IsProblem(HttpStatusCode.NotFound, "schedule-not-found");
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Single(await Tasks());
    }

    [Fact]
    public async Task List_ByPages_IsInTheOrderOfNames()
    {
        foreach (var name in (string[])["b", "a", "C", "d"])
            await Put(name, Hourly);

        var first = (await Get("/schedules?limit=2")).Json;
        var second = (await Get($"/schedules?limit=2&cursor={first.Text("nextCursor")}")).Json;
        Assert.Equal(["C", "a", "b", "d"], first.Items("schedules").Concat(second.Items("schedules")).Select(static schedule => schedule.Text("name")));
        Assert.Null(second.Text("nextCursor"));
        Assert.Empty((await Get("/schedules?cursor=d")).Json.Items("schedules"));
    }

    [Fact]
    public async Task Preview_OfAnExpression_ShowsItsNextOccurrences()
    {
        var next = (await Get("/schedules/preview?cron=0+8+*+*+MON&timeZone=Europe/Oslo&count=2")).IsJson(HttpStatusCode.OK).Items("nextAt");
        Assert.Equal(["2026-06-22T06:00:00.000Z", "2026-06-29T06:00:00.000Z"], next.Select(static at => at.GetString()));
        (await Get("/schedules/preview")).IsInvalid("cron");
        var wrong = await Get("/schedules/preview?cron=0+25+*+*+*");
        wrong.IsInvalid("cron");
        Assert.Contains("is wrong at character 3", wrong.Body, StringComparison.Ordinal);
        (await Get("/schedules/preview?cron=@daily&timeZone=Mars")).IsInvalid("timeZone");
        (await Get("/schedules/preview?cron=@daily&count=101")).IsInvalid("count");
    }

    [Theory]
    [InlineData("""{"task":{"message":"Hei"}}""", "cron")]
    [InlineData("""{"cron":"@daily","everySeconds":1,"task":{"message":"Hei"}}""", "cron")]
    [InlineData("""{"cron":"0 24 * * *","task":{"message":"Hei"}}""", "cron")]
    [InlineData("""{"cron":"0 0 31 2 *","task":{"message":"Hei"}}""", "cron")]
    [InlineData("""{"everySeconds":0,"task":{"message":"Hei"}}""", "everySeconds")]
    [InlineData("""{"everySeconds":1.5,"task":{"message":"Hei"}}""", "everySeconds")]
    [InlineData("""{"everySeconds":60,"timeZone":"Europe/Oslo","task":{"message":"Hei"}}""", "timeZone")]
    [InlineData("""{"cron":"@daily","timeZone":"Nowhere","task":{"message":"Hei"}}""", "timeZone")]
    [InlineData("""{"cron":"@daily","startAt":"tomorrow","task":{"message":"Hei"}}""", "startAt")]
    [InlineData("""{"cron":"@daily","startAt":"2026-07-01T00:00:00Z","endAt":"2026-06-01T00:00:00Z","task":{"message":"Hei"}}""", "endAt")]
    [InlineData("""{"cron":"@daily","jitterSeconds":86401,"task":{"message":"Hei"}}""", "jitterSeconds")]
    [InlineData("""{"cron":"@daily","missed":"some","task":{"message":"Hei"}}""", "missed")]
    [InlineData("""{"cron":"@daily"}""", "task")]
    [InlineData("""{"cron":"@daily","task":{}}""", "task.message")]
    [InlineData("""{"cron":"@daily","task":{"message":"Hei","delaySeconds":1}}""", "task.delaySeconds")]
    [InlineData("""{"cron":"@daily","task":{"type":"message"}}""", "task.type")]
    public async Task Put_WhatIsWrong_NamesTheField(string body, string field) => (await Put("s", body)).IsInvalid(field);

    // .NET remembers zones in any letters; their files are found in the right ones alone.
    [Fact]
    public async Task Put_ATimeZoneInOtherLetters_IsRefusedAlsoAfterTheRightOne()
    {
        (await Put("right", """{"cron":"@daily","timeZone":"Europe/Oslo","task":{"message":"Hei"}}""")).Is(HttpStatusCode.Created);

        (await Put("wrong", """{"cron":"@daily","timeZone":"europe/oslo","task":{"message":"Hei"}}""")).IsInvalid("timeZone");
    }

    [Fact]
    public async Task Put_AWrongName_IsRefused()
    {
        (await Put("preview", Hourly)).IsInvalid("name");
        (await Put("a%20b", Hourly)).IsInvalid("name");
        (await Put(new string('a', 129), Hourly)).IsInvalid("name");
        foreach (var name in (string[])["a%20b", "%F0%9F%98%80", new string('a', 129)])
        {
            (await Get($"/schedules/{name}")).IsProblem(HttpStatusCode.NotFound, "schedule-not-found");
            (await Patch($"/schedules/{name}", """{"paused":true}""")).IsProblem(HttpStatusCode.NotFound, "schedule-not-found");
            (await Delete($"/schedules/{name}")).IsProblem(HttpStatusCode.NotFound, "schedule-not-found");
        }
    }
}
