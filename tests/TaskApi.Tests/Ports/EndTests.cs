using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Ports;

/// <summary>How tasks, and the storage, come to an end.</summary>
public sealed class EndTests() : PortTests(("Tasks:Retention", "00:01:00"), ("Tasks:MaxPending", "3"))
{
    [Fact]
    public async Task Find_AfterItsRetention_KnowsTheTaskNoMore()
    {
        var (early, late) = (await Create(Spec(1, group: "g")), await Create(Spec(10, group: "g")));
        Advance(1);
        Advance(59);
        Assert.Equal(TaskState.Completed, (await Find(early.Id))!.State);

        Advance(5);
        // What is asked for after that is done after that.
        await Cancel((await Create(Spec(10))).Id);

        Assert.Null(await Find(early.Id));
        Assert.NotNull(await Find(late.Id));
        Assert.Equal([late.Id], await Waits.FindGroupAsync(Owner, "g", limit: 9, Ended));
        Assert.Equal(AnswerStatus.NotFound, (await Cancel(early.Id)).Status);
    }

    [Fact]
    public async Task Create_MoreThanMayBePending_CreatesNone()
    {
        var first = await Create(Spec(10));

        Assert.Equal(AnswerStatus.CapacityReached, (await Commands.CreateManyAsync(Owner, [Spec(1), Spec(1), Spec(1)], watch: false, Ended)).Status);
        var created = await Commands.CreateManyAsync(Owner, [Spec(10), Spec(10)], watch: false, Ended);
        Assert.Equal((AnswerStatus.Ok, 2), (created.Status, created.Tasks.Length));
        Assert.Equal(new TaskAnswer(AnswerStatus.CapacityReached), await Commands.CreateAsync(Owner, Spec(10), watch: false, Ended));

        await Cancel(first.Id);

        await Create(Spec(10));
        Assert.Equal((3, 4), ((await Queries.GetStatsAsync(Owner, Ended)).Pending, (await Queries.GetStatsAsync(Owner, Ended)).Created));
    }

    [Fact]
    public async Task Drain_WithoutGrace_TakesNothingNewAndAnswersForWhatIsPending()
    {
        var task = await Create(Spec(10));

        var summary = await Drain.DrainAsync(TimeSpan.Zero, Ended);

        Assert.Equal((0, 1), (summary.CameDue, summary.Cancelled + summary.Kept));
        Assert.Equal(new TaskAnswer(AnswerStatus.ShuttingDown), await Commands.CreateAsync(Owner, Spec(1), watch: false, Ended));
        var found = await Find(task.Id);
        Assert.Equal(summary.Kept == 1 ? null : TaskError.Shutdown, found!.Error?.Reason);
        Assert.Equal(summary.Kept == 1 ? TaskState.Pending : TaskState.Cancelled, found.State);
    }
}
