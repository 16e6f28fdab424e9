using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>How a gather ends that is not done: by time or by hang-up.</summary>
public sealed class GatherTimeoutTests() : GatheringTests
{
    [Theory]
    [InlineData("")]
    [InlineData(""","onTimeout":"leave" """)]
    [InlineData(""","onTimeout":null""")]
    public async Task Gather_OutOfTime_TellsHowTheTasksStandAndLeavesThem(string onTimeout)
    {
        var ids = await CreateAll(1, 100);
        var reply = await Waiting("/tasks/gather", Ids([.. ids, ids[0]], $"\"waitSeconds\":5{onTimeout}"), 5);

        await Pass(Seconds(5));

        var answer = (await reply).IsJson(HttpStatusCode.Accepted);
        Assert.False(answer.GetProperty("done").GetBoolean());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("results").ValueKind);
        Assert.Equal(["completed", "pending", "completed"], answer.Items("tasks").Select(TaskJson.Status));
        Assert.Equal("pending", (await Look(ids[1])).Status());
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Gather_OutOfTimeAndToCancel_CancelsWhatIsPendingBeforeItAnswers(string returnExceptions)
    {
        var ids = await CreateAll(1, 100, 200);
        var bystander = await Create(100);
        var reply = await Waiting("/tasks/gather", Ids(ids, $"\"waitSeconds\":5,\"onTimeout\":\"cancel\",\"returnExceptions\":{returnExceptions}"), 5);

        await Pass(Seconds(5));

        var answer = (await reply).IsJson(HttpStatusCode.Accepted);
        Assert.False(answer.GetProperty("done").GetBoolean());
        Assert.Equal(["completed", "cancelled", "cancelled"], answer.Items("tasks").Select(TaskJson.Status));
        Assert.All(answer.Items("tasks").Skip(1), task => Assert.Equal("timeout", task.GetProperty("error").Text("reason")));
        foreach (var (id, task) in ids.Zip(answer.Items("tasks")))
            Assert.Equal((await Look(id)).ToString(), task.ToString());
        Assert.Equal("pending", (await Look(bystander)).Status());
    }

    [Fact]
    public async Task Gather_DoneInTimeAndToCancel_CancelsNothing()
    {
        var ids = await CreateAll(1, 2);
        var reply = await Waiting("/tasks/gather", Ids(ids, "\"waitSeconds\":2.5,\"onTimeout\":\"cancel\""), 2.5);

        await Pass(Seconds(2));

        (await reply).IsJson(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Gather_FailedInTimeAndToCancel_LeavesTheOthers()
    {
        var ids = await CreateAll(10, 10);
        var reply = await Waiting("/tasks/gather", Ids(ids, "\"waitSeconds\":5,\"onTimeout\":\"cancel\""), 5);

        await Delete($"/tasks/{ids[0]}");

        (await reply).IsProblem(HttpStatusCode.FailedDependency, "gather-failed");
        Assert.Equal("pending", (await Look(ids[1])).Status());
    }

    [Fact]
    public async Task Gather_WithoutTime_OnlyLooks()
    {
        var ids = await CreateAll(1, 100);
        await Pass(Seconds(1));

        Assert.Equal(["completed", "pending"], (await Post("/tasks/gather", Ids(ids, "\"waitSeconds\":0"))).IsJson(HttpStatusCode.Accepted).Items("tasks").Select(TaskJson.Status));
        (await Post("/tasks/gather", Ids(ids.Take(1), "\"waitSeconds\":0"))).IsJson(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"waitSeconds\":null")]
    [InlineData("\"waitSeconds\":1e9")]
    [InlineData("\"waitSeconds\":60")]
    public async Task Gather_WithoutALimitOrWithOneTooLong_WaitsAsLongAsAllowed(string limit)
    {
        var reply = await Waiting("/tasks/gather", Ids(await CreateAll(100), limit));

        Clock.Advance(Seconds(60));

        (await reply).IsJson(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Gather_WithAPreferenceToWait_GoesByItsBody()
    {
        var ids = await CreateAll(100);
        var reply = Post("/tasks/gather", Ids(ids), ("Prefer", "wait=1"));
        await Clock.TimerArmed(Seconds(60));

        Clock.Advance(Seconds(60));

        Assert.Null((await reply).Is(HttpStatusCode.Accepted).Header("Preference-Applied"));
    }

    [Theory]
    [InlineData("leave")]
    [InlineData("cancel")]
    public async Task Gather_ClientHangsUp_EndsTheWaitAndCancelsNothing(string onTimeout)
    {
        var ids = await CreateAll(10, 20);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var waiting = PostUntil("/tasks/gather", Ids(ids, $"\"onTimeout\":\"{onTimeout}\""), hangUp.Token);
        await Clock.TimerArmed(Seconds(60));
        var gone = Clock.TimerGone(Seconds(60));

        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await gone;
        await Pass(Seconds(20));
        Assert.Equal("completed", (await Look(ids[0])).Status());
        Assert.Equal("completed", (await Look(ids[1])).Status());
    }

    [Fact]
    public async Task Gather_OneOfTwoClientsHangsUp_TheOtherWaitsOn()
    {
        var ids = await CreateAll(10, 20);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var leaving = PostUntil("/tasks/gather", Ids(ids, "\"waitSeconds\":50"), hangUp.Token);
        var staying = await Waiting("/tasks/gather", Ids(ids));
        var gone = Clock.TimerGone(Seconds(50));

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        await gone;
        await Pass(Seconds(20));

        (await staying).IsJson(HttpStatusCode.OK);
    }
}
