using System.Globalization;
using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class ResultTests : EndpointTests
{
    [Fact]
    public async Task Result_Completed_IsTheLineAndNothingElse()
    {
        var id = await Create(10);
        Clock.Advance(Seconds(10));
        await Finished(id);

        var reply = (await Get($"/tasks/{id}/result")).IsJson(HttpStatusCode.OK);

        Assert.Equal(["id", "result"], reply.Members());
        Assert.Equal(id, reply.Id());
        Assert.Equal("10:00:10 Hei", reply.Text("result"));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/*")]
    [InlineData("application/json;q=0.5, text/plain")]
    public async Task Result_AsText_IsTheBareLine(string accept)
    {
        var id = (await Create("""{"message":"Bore da ä\n2"}""")).Id();
        await Finished(id);

        var reply = await Get($"/tasks/{id}/result", ("Accept", accept));

        reply.Is(HttpStatusCode.OK);
        Assert.Equal("text/plain", reply.MediaType);
        Assert.Equal("utf-8", reply.ContentHeaders.ContentType?.CharSet);
        Assert.Equal("10:00:00 Bore da ä\n2", reply.Body);
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("application/json")]
    [InlineData("application/*")]
    [InlineData("text/plain;q=0.5, application/json")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")]
    public async Task Result_AsAnythingElse_IsJson(string accept)
    {
        var id = await Create(0);
        await Finished(id);

        (await Get($"/tasks/{id}/result", ("Accept", accept))).IsJson(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("text/plain;q=0")]
    [InlineData("text/html")]
    public async Task Result_AsWhatItIsNot_IsNotAcceptable(string accept)
    {
        var id = await Create(0);
        await Finished(id);

        (await Get($"/tasks/{id}/result", ("Accept", accept))).IsProblem(HttpStatusCode.NotAcceptable);
    }

    [Fact]
    public async Task Result_InAnotherTimeZone_IsToldInTheServersLocalTime()
    {
        Clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(-9.5), "test", "test"));
        var id = await Create(10);
        Clock.Advance(Seconds(10));

        Assert.Equal("00:30:10 Hei", (await Finished(id)).Text("result"));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public async Task Result_Pending_IsAConflictThatSaysWhenToComeAgain(string accept)
    {
        var id = await Create(10);

        var reply = (await Get($"/tasks/{id}/result", ("Accept", accept))).IsProblem(HttpStatusCode.Conflict, "task-not-finished");

        Assert.InRange(int.Parse(reply.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 10);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public async Task Result_Cancelled_IsGone(string accept)
    {
        var id = await Create(10);
        await Delete($"/tasks/{id}");

        (await Get($"/tasks/{id}/result", ("Accept", accept))).IsProblem(HttpStatusCode.Gone, "task-cancelled");
    }

    [Fact]
    public async Task Result_Waited_AnswersAtTheMomentOfCompletion()
    {
        var id = await Create(10);
        var reply = Get($"/tasks/{id}/result?waitSeconds=30");
        await Clock.TimerArmed(Seconds(30));

        Clock.Advance(Seconds(10));

        Assert.Equal("10:00:10 Hei", (await reply).IsJson(HttpStatusCode.OK).Text("result"));
    }

    [Fact]
    public async Task Result_WaitedByPreference_SaysSo()
    {
        var id = await Create(10);
        var waiting = Get($"/tasks/{id}/result", ("Prefer", "wait=30"), ("Accept", "text/plain"));
        await Clock.TimerArmed(Seconds(30));

        Clock.Advance(Seconds(10));

        var reply = (await waiting).Is(HttpStatusCode.OK);
        Assert.Equal("10:00:10 Hei", reply.Body);
        Assert.Equal("wait=30", reply.Header("Preference-Applied"));
    }

    [Fact]
    public async Task Result_WaitedOutOfTime_IsAConflict()
    {
        var id = await Create(10);
        var reply = Get($"/tasks/{id}/result?waitSeconds=5");
        await Clock.TimerArmed(Seconds(5));

        Clock.Advance(Seconds(5));

        (await reply).IsProblem(HttpStatusCode.Conflict, "task-not-finished");
    }

    [Fact]
    public async Task Result_CancelledWhileWaitedFor_IsGone()
    {
        var id = await Create(10);
        var reply = Get($"/tasks/{id}/result?waitSeconds=30");
        await Clock.TimerArmed(Seconds(30));

        await Delete($"/tasks/{id}");

        (await reply).IsProblem(HttpStatusCode.Gone, "task-cancelled");
    }
}
