using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class CancelTaskTests : EndpointTests
{
    [Fact]
    public async Task Cancel_Pending_AnswersTheCancelledTask()
    {
        var id = await Create(10);
        Clock.Advance(Seconds(3));

        var task = (await Delete($"/tasks/{id}?reason=changed%20my%20mind")).IsJson(HttpStatusCode.OK);

        Assert.Equal("cancelled", task.Status());
        Assert.True(task.GetProperty("done").GetBoolean());
        Assert.Null(task.Text("result"));
        Assert.Equal(Now, task.Instant("finishedAt"));
        Assert.Equal(["reason", "detail"], task.GetProperty("error").Members());
        Assert.Equal("cancelled", task.GetProperty("error").Text("reason"));
        Assert.Equal("changed my mind", task.GetProperty("error").Text("detail"));
        Assert.Equal(task.ToString(), (await Look(id)).ToString());
    }

    [Fact]
    public async Task Cancel_WithoutReason_HasNoDetail() =>
        Assert.Null((await Delete($"/tasks/{await Create(10)}")).IsJson(HttpStatusCode.OK).GetProperty("error").Text("detail"));

    [Fact]
    public async Task Cancel_Cancelled_AnswersTheSameAgain()
    {
        var id = await Create(10);
        var first = (await Delete($"/tasks/{id}?reason=first")).IsJson(HttpStatusCode.OK);
        Clock.Advance(Seconds(1));

        var second = (await Delete($"/tasks/{id}?reason=second")).IsJson(HttpStatusCode.OK);

        Assert.Equal(first.ToString(), second.ToString());
    }

    [Fact]
    public async Task Cancel_TimedOut_AnswersTheTaskAsItEnded()
    {
        var id = (await Create("""{"message":"Hei","delaySeconds":10,"timeoutSeconds":5}""")).Id();
        Clock.Advance(Seconds(5));
        var ended = await Finished(id);

        Assert.Equal(ended.ToString(), (await Delete($"/tasks/{id}")).IsJson(HttpStatusCode.OK).ToString());
    }

    [Fact]
    public async Task Cancel_Completed_IsAConflictAndChangesNothing()
    {
        var id = await Create(0);
        var completed = await Finished(id);

        (await Delete($"/tasks/{id}")).IsProblem(HttpStatusCode.Conflict, "task-already-finished");

        Assert.Equal(completed.ToString(), (await Look(id)).ToString());
    }

    [Fact]
    public async Task Cancel_Cancelled_NeverCompletes()
    {
        var id = await Create(10);
        var cancelled = (await Delete($"/tasks/{id}")).IsJson(HttpStatusCode.OK);

        await Pass(Seconds(20));

        Assert.Equal(cancelled.ToString(), (await Look(id)).ToString());
    }

    [Fact]
    public async Task Cancel_Reason_MayHave256CharactersAndNoMore()
    {
        var id = await Create(10);

        (await Delete($"/tasks/{id}?reason={new string('a', 257)}")).IsInvalid("reason");
        Assert.Equal("pending", (await Look(id)).Status());

        var longest = new string('a', 256);
        Assert.Equal(longest, (await Delete($"/tasks/{id}?reason={longest}")).IsJson(HttpStatusCode.OK).GetProperty("error").Text("detail"));
    }

    [Fact]
    public async Task Cancel_ByManyAtOnce_AllSeeTheFirstOnesReason()
    {
        for (var round = 0; round < 50; round++)
        {
            var id = await Create(10);

            var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Delete($"/tasks/{id}?reason=number{i}"))));

            Assert.Single(replies.Select(reply => reply.IsJson(HttpStatusCode.OK).ToString()).Distinct(StringComparer.Ordinal));
        }
    }
}
