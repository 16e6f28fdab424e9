using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>What asyncio's own tests say of wait, over HTTP.</summary>
public sealed class WaitForTasksTests() : GatheringTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\"returnWhen\":\"allCompleted\"")]
    [InlineData("\"returnWhen\":null")]
    [InlineData("\"returnWhen\":\"firstException\"")]
    public async Task Wait_ForAll_AnswersWhenTheLastIsDone(string returnWhen)
    {
        var ids = await CreateAll(15, 10);
        var reply = await Waiting("/tasks/wait", Ids(ids, returnWhen));

        await Pass(Seconds(10));
        Assert.False(reply.IsCompleted);
        await Pass(Seconds(5));

        var answer = (await reply).IsJson(HttpStatusCode.OK);
        Assert.Equal(["done", "pending"], answer.Members());
        Check(answer, done: ids, pending: []);
    }

    [Fact]
    public async Task Wait_AllDoneAlready_AnswersAtOnce()
    {
        var ids = await CreateAll(1, 2);
        await Pass(Seconds(2));

        Check((await Post("/tasks/wait", Ids(ids))).IsJson(HttpStatusCode.OK), done: ids, pending: []);
    }

    [Fact]
    public async Task Wait_ForTheFirst_AnswersWhenItIsDoneAndTheOthersGoOn()
    {
        var ids = await CreateAll(100, 10, 200);
        var reply = await Waiting("/tasks/wait", Ids(ids, "\"returnWhen\":\"firstCompleted\",\"onTimeout\":\"cancel\""));

        await Pass(Seconds(10));

        Check((await reply).IsJson(HttpStatusCode.OK), done: [ids[1]], pending: [ids[0], ids[2]]);
        Assert.Equal("pending", (await Look(ids[0])).Status());
    }

    [Fact]
    public async Task Wait_ForTheFirstOfSeveralDueAtOnce_HasThemAllAmongTheDone()
    {
        var ids = await CreateAll(10, 100, 10, 10);
        var reply = await Waiting("/tasks/wait", Ids(ids, "\"returnWhen\":\"firstCompleted\""));

        Clock.Advance(Seconds(10));

        Check((await reply).IsJson(HttpStatusCode.OK), done: [ids[0], ids[2], ids[3]], pending: [ids[1]]);
    }

    [Fact]
    public async Task Wait_ForTheFirstWhichIsDoneAlready_AnswersAtOnce()
    {
        var ids = await CreateAll(100, 1, 2);
        await Pass(Seconds(2));

        Check((await Post("/tasks/wait", Ids(ids, "\"returnWhen\":\"firstCompleted\""))).IsJson(HttpStatusCode.OK), done: [ids[1], ids[2]], pending: [ids[0]]);
    }

    [Fact]
    public async Task Wait_ForTheFirstWhichIsCancelled_CountsThatAsDone()
    {
        var ids = await CreateAll(100, 200);
        var reply = await Waiting("/tasks/wait", Ids(ids, "\"returnWhen\":\"firstCompleted\""));

        await Delete($"/tasks/{ids[1]}");

        Check((await reply).IsJson(HttpStatusCode.OK), done: [ids[1]], pending: [ids[0]]);
    }

    [Fact]
    public async Task Wait_ForTheFirstExceptionAndOneIsCancelled_WaitsOn()
    {
        var ids = await CreateAll(10, 20, 30);
        await Delete($"/tasks/{ids[2]}");
        var reply = await Waiting("/tasks/wait", Ids(ids, "\"returnWhen\":\"firstException\""));

        await Delete($"/tasks/{ids[0]}");
        await Pass(Seconds(19));
        Assert.False(reply.IsCompleted);
        Clock.Advance(Seconds(1));

        Check((await reply).IsJson(HttpStatusCode.OK), done: ids, pending: []);
    }

    [Fact]
    public async Task Wait_OutOfTime_TellsWhatIsPendingAndLeavesIt()
    {
        var ids = await CreateAll(100, 1, 200);
        var reply = await Waiting("/tasks/wait", Ids(ids, "\"waitSeconds\":5"), 5);

        await Pass(Seconds(5));

        Check((await reply).IsJson(HttpStatusCode.OK), done: [ids[1]], pending: [ids[0], ids[2]]);
        Assert.Equal("pending", (await Look(ids[0])).Status());
    }

    [Fact]
    public async Task Wait_OutOfTimeAndToCancel_HasTheCancelledAmongTheDone()
    {
        var ids = await CreateAll(100, 1, 200);
        var reply = await Waiting("/tasks/wait", Ids(ids, "\"waitSeconds\":5,\"onTimeout\":\"cancel\""), 5);

        await Pass(Seconds(5));

        var answer = (await reply).IsJson(HttpStatusCode.OK);
        Check(answer, done: ids, pending: []);
        Assert.Equal(["cancelled", "completed", "cancelled"], answer.Items("done").Select(TaskJson.Status));
        Assert.Equal("timeout", answer.Items("done")[2].GetProperty("error").Text("reason"));
        Assert.Equal((await Look(ids[0])).ToString(), answer.Items("done")[0].ToString());
    }

    [Fact]
    public async Task Wait_WithoutTime_OnlyLooks()
    {
        var ids = await CreateAll(100, 1);
        await Pass(Seconds(1));

        Check((await Post("/tasks/wait", Ids(ids, "\"waitSeconds\":0"))).IsJson(HttpStatusCode.OK), done: [ids[1]], pending: [ids[0]]);
    }

    [Fact]
    public async Task Wait_AnIdTwice_CountsOnce()
    {
        var ids = await CreateAll(100, 1);
        await Pass(Seconds(1));

        Check((await Post("/tasks/wait", Ids([ids[1], ids[0], ids[1], ids[0].ToUpperInvariant()], "\"waitSeconds\":0"))).IsJson(HttpStatusCode.OK), done: [ids[1]], pending: [ids[0]]);
    }

    [Fact]
    public async Task Wait_TaskRescheduledMeanwhile_IsShownAsItStands()
    {
        var ids = await CreateAll(100, 1);
        var reply = await Waiting("/tasks/wait", Ids(ids, "\"returnWhen\":\"firstCompleted\""));
        await Patch($"/tasks/{ids[0]}", """{"message":"Bye"}""");

        Clock.Advance(Seconds(1));

        Assert.Equal("Bye", Assert.Single((await reply).IsJson(HttpStatusCode.OK).Items("pending")).Text("message"));
    }

    [Fact]
    public async Task Wait_ClientHangsUp_EndsTheWaitAndCancelsNothing()
    {
        var ids = await CreateAll(100);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var waiting = PostUntil("/tasks/wait", Ids(ids, "\"onTimeout\":\"cancel\""), hangUp.Token);
        await Clock.TimerArmed(Seconds(60));
        var gone = Clock.TimerGone(Seconds(60));

        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await gone;
        Assert.Equal("pending", (await Look(ids[0])).Status());
    }

    private static void Check(JsonElement answer, string[] done, string[] pending)
    {
        Assert.Equal(done, answer.Items("done").Select(TaskJson.Id));
        Assert.Equal(pending, answer.Items("pending").Select(TaskJson.Id));
        Assert.All(answer.Items("done"), static task => Assert.True(task.GetProperty("done").GetBoolean()));
        Assert.All(answer.Items("pending"), static task => Assert.Equal("pending", task.Status()));
    }
}
