using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class CreateAndWaitTests : EndpointTests
{
    [Fact]
    public async Task CreateAndWait_FinishedInTime_AnswersTheFinishedTask()
    {
        var reply = Post("/tasks?waitSeconds=7", """{"message":"Hei","delaySeconds":5}""");
        await Clock.TimerArmed(Seconds(7));
        Assert.False(reply.IsCompleted);

        Clock.Advance(Seconds(5));

        var task = (await reply).IsJson(HttpStatusCode.OK);
        Assert.Equal("completed", task.Status());
        Assert.Equal("10:00:05 Hei", task.Text("result"));
        Assert.Equal(task.Text("dueAt"), task.Text("finishedAt"));
    }

    [Fact]
    public async Task CreateAndWait_OutOfTime_AnswersAcceptedAndThePendingTask()
    {
        var waiting = Post("/tasks?waitSeconds=5", """{"message":"Hei","delaySeconds":7}""");
        await Clock.TimerArmed(Seconds(5));

        Clock.Advance(Seconds(5));

        var reply = await waiting;
        var task = reply.IsJson(HttpStatusCode.Accepted);
        Assert.Equal("pending", task.Status());
        Assert.Equal($"/tasks/{task.Id()}", reply.Header("Location"));
        Clock.Advance(Seconds(2));
        Assert.Equal("completed", (await Finished(task.Id())).Status());
    }

    [Fact]
    public async Task CreateAndWait_TimedOut_AnswersTheCancelledTask()
    {
        var reply = Post("/tasks?waitSeconds=7", """{"message":"Hei","delaySeconds":5,"timeoutSeconds":3}""");
        await Clock.TimerArmed(Seconds(7));

        Clock.Advance(Seconds(3));

        var task = (await reply).IsJson(HttpStatusCode.OK);
        Assert.Equal("cancelled", task.Status());
        Assert.Equal("timeout", task.GetProperty("error").Text("reason"));
    }

    [Fact]
    public async Task CreateAndWait_RescheduledAndOutOfTime_AnswersTheTaskAsItStandsThen()
    {
        var waiting = Post("/tasks?waitSeconds=5", """{"message":"Hei","delaySeconds":7}""");
        await Clock.TimerArmed(Seconds(5));
        var id = Assert.Single((await Get("/tasks")).IsJson(HttpStatusCode.OK).Items("tasks")).Id();
        var moved = (await Patch($"/tasks/{id}", """{"message":"Bye","delaySeconds":20}""")).IsJson(HttpStatusCode.OK);

        Clock.Advance(Seconds(5));

        Assert.Equal(moved.ToString(), (await waiting).IsJson(HttpStatusCode.Accepted).ToString());
    }

    [Fact]
    public async Task CreateAndWait_DueNow_AnswersTheFinishedTask() =>
        Assert.Equal("completed", (await Post("/tasks?waitSeconds=5", """{"message":"Hei"}""")).IsJson(HttpStatusCode.OK).Status());

    [Fact]
    public async Task CreateAndWait_ForNoTime_AnswersAtOnce() =>
        Assert.Equal("pending", (await Post("/tasks?waitSeconds=0", """{"message":"Hei","delaySeconds":5}""")).IsJson(HttpStatusCode.Accepted).Status());

    [Fact]
    public async Task CreateAndWait_FractionOfASecond_IsWaitedFor()
    {
        var reply = Post("/tasks?waitSeconds=0.25", """{"message":"Hei","delaySeconds":5}""");
        await Clock.TimerArmed(Seconds(0.25));

        Clock.Advance(Seconds(0.25));

        (await reply).Is(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task CreateAndWait_ByPreference_IsHonouredAndSaidSo()
    {
        var waiting = Post("/tasks", """{"message":"Hei","delaySeconds":5}""", ("Prefer", "wait=7"));
        await Clock.TimerArmed(Seconds(7));

        Clock.Advance(Seconds(5));

        var reply = await waiting;
        Assert.Equal("completed", reply.IsJson(HttpStatusCode.OK).Status());
        Assert.Equal("wait=7", reply.Header("Preference-Applied"));
    }

    [Fact]
    public async Task CreateAndWait_ByPreferenceOutOfTime_SaysSoToo()
    {
        var waiting = Post("/tasks", """{"message":"Hei","delaySeconds":7}""", ("Prefer", "wait=5"));
        await Clock.TimerArmed(Seconds(5));

        Clock.Advance(Seconds(5));

        var reply = await waiting;
        Assert.Equal("pending", reply.IsJson(HttpStatusCode.Accepted).Status());
        Assert.Equal("wait=5", reply.Header("Preference-Applied"));
        Assert.NotNull(reply.Header("Location"));
    }

    [Fact]
    public async Task CreateAndWait_ClientHangsUp_TaskGoesOn()
    {
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var waiting = PostUntil("/tasks?waitSeconds=7", """{"message":"Hei","delaySeconds":5}""", hangUp.Token);
        await Clock.TimerArmed(Seconds(7));
        var gone = Clock.TimerGone(Seconds(7));

        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await gone;
        var id = Assert.Single((await Get("/tasks?status=pending")).IsJson(HttpStatusCode.OK).Items("tasks")).Id();
        Clock.Advance(Seconds(5));
        Assert.Equal("completed", (await Finished(id)).Status());
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("-0.001")]
    [InlineData("soon")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1,5")]
    public async Task CreateAndWait_BadWait_IsRefusedAndCreatesNothing(string wait)
    {
        (await Post($"/tasks?waitSeconds={wait}", """{"message":"Hei"}""")).IsInvalid("waitSeconds");

        Assert.Equal(0, (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK).Number("created"));
    }
}
