using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class WaitTests() : EndpointTests(("Tasks:MaxWaitSeconds", "60"))
{
    [Fact]
    public async Task Wait_TaskCompletes_AnswersAtThatMoment()
    {
        var id = await Create(10);
        var reply = Get($"/tasks/{id}?waitSeconds=30");
        await Clock.TimerArmed(Seconds(30));
        Assert.False(reply.IsCompleted);

        Clock.Advance(Seconds(10));

        Assert.Equal("completed", (await reply).IsJson(HttpStatusCode.OK).Status());
    }

    [Fact]
    public async Task Wait_OutOfTime_AnswersThePendingTask()
    {
        var id = await Create(10);
        var reply = Get($"/tasks/{id}?waitSeconds=5");
        await Clock.TimerArmed(Seconds(5));

        Clock.Advance(Seconds(5));

        Assert.Equal("pending", (await reply).IsJson(HttpStatusCode.OK).Status());
        Assert.NotNull((await reply).Header("Retry-After"));
    }

    [Fact]
    public async Task Wait_TaskCancelled_AnswersAtThatMoment()
    {
        var id = await Create(10);
        var reply = Get($"/tasks/{id}?waitSeconds=30");
        await Clock.TimerArmed(Seconds(30));

        await Delete($"/tasks/{id}");

        Assert.Equal("cancelled", (await reply).IsJson(HttpStatusCode.OK).Status());
    }

    [Fact]
    public async Task Wait_TaskRescheduled_GoesOnUntilTheNewTime()
    {
        var id = await Create(10);
        var reply = Get($"/tasks/{id}?waitSeconds=30");
        await Clock.TimerArmed(Seconds(30));
        await Patch($"/tasks/{id}", """{"delaySeconds":20}""");

        await Pass(Seconds(10));
        Assert.False(reply.IsCompleted);
        Clock.Advance(Seconds(10));

        Assert.Equal("completed", (await reply).IsJson(HttpStatusCode.OK).Status());
    }

    [Fact]
    public async Task Wait_TaskRescheduledAndOutOfTime_AnswersTheTaskAsItStandsThen()
    {
        var id = await Create(10);
        var reply = Get($"/tasks/{id}?waitSeconds=5");
        await Clock.TimerArmed(Seconds(5));
        await Patch($"/tasks/{id}", """{"message":"Bye","delaySeconds":20}""");

        Clock.Advance(Seconds(5));

        var task = (await reply).IsJson(HttpStatusCode.OK);
        Assert.Equal(("Bye", 20), (task.Text("message"), task.Number("delaySeconds")));
        Assert.Equal((await Look(id)).ToString(), task.ToString());
    }

    [Fact]
    public async Task Wait_ClientHangsUp_EndsTheWaitAndCancelsNothing()
    {
        var id = await Create(10);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var waiting = GetUntil($"/tasks/{id}?waitSeconds=30", hangUp.Token);
        await Clock.TimerArmed(Seconds(30));
        var gone = Clock.TimerGone(Seconds(30));

        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await gone;
        Assert.Equal("pending", (await Look(id)).Status());
        Clock.Advance(Seconds(10));
        Assert.Equal("completed", (await Finished(id)).Status());
    }

    [Fact]
    public async Task Wait_OneOfTwoClientsHangsUp_TheOtherWaitsOn()
    {
        var id = await Create(10);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var leaving = GetUntil($"/tasks/{id}?waitSeconds=30", hangUp.Token);
        var staying = Get($"/tasks/{id}?waitSeconds=31");
        await Clock.TimerArmed(Seconds(30));
        await Clock.TimerArmed(Seconds(31));

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Clock.Advance(Seconds(10));

        Assert.Equal("completed", (await staying).IsJson(HttpStatusCode.OK).Status());
    }

    [Fact]
    public async Task Wait_ByAHundredClients_AllSeeTheSameOutcome()
    {
        var id = await Create(10);
        var replies = Enumerable.Range(0, 100).Select(_ => Get($"/tasks/{id}?waitSeconds=30")).ToList();
        await Clock.TimerArmed(Seconds(30), count: 100);

        Clock.Advance(Seconds(10));

        var tasks = (await Task.WhenAll(replies)).Select(reply => reply.IsJson(HttpStatusCode.OK).ToString());
        Assert.Single(tasks.Distinct(StringComparer.Ordinal));
        await Clock.TimerGone(Seconds(20));
    }

    [Fact]
    public async Task Wait_TaskAlreadyFinished_AnswersAtOnce()
    {
        var id = await Create(0);
        await Finished(id);

        Assert.Equal("completed", (await Get($"/tasks/{id}?waitSeconds=30")).IsJson(HttpStatusCode.OK).Status());
    }

    [Fact]
    public async Task Wait_LongerThanAllowed_IsCut()
    {
        var id = await Create(100);
        var reply = Get($"/tasks/{id}?waitSeconds=1e9");
        await Clock.TimerArmed(Seconds(60));

        Clock.Advance(Seconds(60));

        Assert.Equal("pending", (await reply).IsJson(HttpStatusCode.OK).Status());
    }

    [Theory]
    [InlineData("wait=30", 30)]
    [InlineData("respond-async, wait=30", 30)]
    [InlineData("wait=30, respond-async", 30)]
    [InlineData("Wait=30", 30)]
    [InlineData("foo=\"a, wait=5\", wait=30", 30)]
    [InlineData("wait=99999", 60)]
    [InlineData("wait=99999999999999999999", 60)]
    public async Task Wait_ByPreference_IsHonouredAndSaysForHowLong(string prefer, int applied)
    {
        var id = await Create(100);
        var waiting = Get($"/tasks/{id}", ("Prefer", prefer));
        await Clock.TimerArmed(Seconds(applied));

        Clock.Advance(Seconds(applied));

        var reply = await waiting;
        Assert.Equal("pending", reply.IsJson(HttpStatusCode.OK).Status());
        Assert.Equal($"wait={applied}", reply.Header("Preference-Applied"));
    }

    [Theory]
    [InlineData("respond-async")]
    [InlineData("wait")]
    [InlineData("wait=soon")]
    [InlineData("wait=-1")]
    [InlineData("waits=5")]
    [InlineData("=,;\"")]
    public async Task Wait_OtherOrBadPreference_IsIgnored(string prefer)
    {
        var reply = await Get($"/tasks/{await Create(100)}", ("Prefer", prefer));

        Assert.Equal("pending", reply.IsJson(HttpStatusCode.OK).Status());
        Assert.Null(reply.Header("Preference-Applied"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("0x10")]
    public async Task Wait_BadNumber_IsBlamedOnWaitSeconds(string wait)
    {
        var id = await Create(100);

        (await Get($"/tasks/{id}?waitSeconds={wait}")).IsInvalid("waitSeconds");
        (await Get($"/tasks/{id}/result?waitSeconds={wait}")).IsInvalid("waitSeconds");
    }

    [Fact]
    public async Task Wait_WithTag_IsJudgedAfterTheWait()
    {
        var id = await Create(10);
        var tag = (await Get($"/tasks/{id}")).Header("ETag")!;
        var outOfTime = Get($"/tasks/{id}?waitSeconds=5", ("If-None-Match", tag));
        await Clock.TimerArmed(Seconds(5));
        Clock.Advance(Seconds(5));
        (await outOfTime).Is(HttpStatusCode.NotModified);

        var inTime = Get($"/tasks/{id}?waitSeconds=30", ("If-None-Match", tag));
        await Clock.TimerArmed(Seconds(30));
        Clock.Advance(Seconds(5));

        Assert.Equal("completed", (await inTime).IsJson(HttpStatusCode.OK).Status());
    }
}
