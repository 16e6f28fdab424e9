using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Ports;

/// <summary>What <see cref="ITaskWaits"/> promises.</summary>
public sealed class WaitTests : PortTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Watch_APendingTask_CompletesWithTheWinnersOutcome()
    {
        var task = await Create(Spec(10));
        var (first, second) = (await Waits.WatchAsync(Owner, task.Id, Ended), await Waits.WatchAsync(Owner, task.Id, Ended));
        var token = first.Completion!.CancellationToken;

        var cancelled = await Cancel(task.Id, "why");

        var seen = await first.Completion.Task.WaitAsync(_patience, Ended);
        Assert.Equivalent(cancelled.Task, seen, strict: true);
        Assert.Same(seen, await second.Completion!.Task.WaitAsync(_patience, Ended));
        Assert.True(SpinWait.SpinUntil(() => token.IsCancellationRequested, _patience));
    }

    [Fact]
    public async Task Watch_OfWhatIsDoneOrUnknown_HasNothingToAwait()
    {
        var task = await Create(Spec(1));
        Advance(1);

        var done = await Waits.WatchAsync(Owner, task.Id, Ended);

        Assert.Equal((AnswerStatus.Ok, TaskState.Completed, null), (done.Status, done.Task!.State, done.Completion));
        Assert.Equal(new TaskAnswer(AnswerStatus.NotFound), await Waits.WatchAsync("else", task.Id, Ended));
        Assert.Equal(new TaskAnswer(AnswerStatus.NotFound), await Waits.WatchAsync(Owner, Guid.NewGuid(), Ended));
    }

    [Fact]
    public async Task WatchMany_OfAllKinds_AnswersInTheirOrder()
    {
        var (done, pending, others) = (await Create(Spec(1)), await Create(Spec(2)), await Create(Spec(2), owner: "else"));
        Advance(1);

        var watched = await Waits.WatchManyAsync(Owner, [others.Id, pending.Id, done.Id], Ended);
        Advance(1);

        Assert.Equal(default, watched[0]);
        Assert.Equal((done.Id, null), (watched[2].Task.Id, watched[2].Completion));
        Assert.Equal((pending.Id, TaskState.Completed), await Finished(watched[1].Completion!.Task));
    }

    [Fact]
    public async Task Watch_ThroughAReschedule_CompletesAtTheNewDueTime()
    {
        var task = await Create(Spec(1));
        var watched = await Waits.WatchAsync(Owner, task.Id, Ended);
        await Reschedule(task.Id, 5);
        Advance(4);
        Assert.False(watched.Completion!.Task.IsCompleted);

        Advance(1);

        var finished = await watched.Completion.Task.WaitAsync(_patience, Ended);
        Assert.Equal(Clock.GetUtcNow(), finished.FinishedAt);
    }

    [Fact]
    public async Task FindGroup_ByItsLimit_HasAllOfItInOrderOrNothing()
    {
        var (first, second) = (await Create(Spec(10, group: "g")), await Create(Spec(10, group: "g")));
        await Create(Spec(10, group: "other"));
        await Create(Spec(10, group: "g"), owner: "else");
        await Cancel(first.Id);

        Assert.Equal([first.Id, second.Id], await Waits.FindGroupAsync(Owner, "g", limit: 2, Ended));
        Assert.Null(await Waits.FindGroupAsync(Owner, "g", limit: 1, Ended));
        Assert.Equal([], await Waits.FindGroupAsync("nobody", "g", limit: 1, Ended));
    }

    private static async Task<(Guid Id, TaskState State)> Finished(Task<TaskSnapshot> completion)
    {
        var task = await completion.WaitAsync(_patience, Ended);
        return (task.Id, task.State);
    }
}
