using TaskApi.Reading;

namespace TaskApi.Tests.Client;

public sealed class ManyTasksTests : ClientTests
{
    [Fact]
    public async Task CreateMany_AreAllThereInOrder()
    {
        var tasks = await Tasks.CreateManyAsync([new NewTask("Bonjour", Seconds(2)), new NewTask("Bore da", Seconds(1))], cancellationToken: Ended);

        Assert.Equal(2, tasks.Count);
        Assert.Equal("Bonjour", (await tasks[0].GetAsync(Ended)).Message);
        Assert.Equal("Bore da", (await tasks[1].GetAsync(Ended)).Message);
    }

    [Fact]
    public async Task CreateMany_OneInvalid_CreatesNone()
    {
        var refusal = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CreateManyAsync([new NewTask("Hei"), new NewTask("")], cancellationToken: Ended));

        Assert.Equal(["[1].message"], refusal.Problem.Errors!.Keys);
        Assert.Equal(0, (await Tasks.GetStatsAsync(Ended)).Created);
    }

    [Fact]
    public async Task Gather_LongerThanOneCall_HasTheResultsInTheOrderGiven()
    {
        TaskHandle[] tasks = [await CreateTask(30, "slow"), await CreateTask(10, "fast")];
        var results = Tasks.GatherAsync([.. tasks, tasks[0]], Ended);
        await Clock.TimerArmed(LongPoll);
        Clock.Advance(LongPoll);
        await Clock.TimerArmed(LongPoll);
        Clock.Advance(Seconds(10));

        Assert.Equal(["10:00:30 slow", "10:00:10 fast", "10:00:30 slow"], await results);
    }

    [Fact]
    public async Task Gather_OneCancelled_ThrowsAtOnceWithTheTask()
    {
        TaskHandle[] tasks = [await CreateTask(30), await CreateTask(10)];
        var results = Tasks.GatherAsync(tasks, Ended);
        await Clock.TimerArmed(LongPoll);

        await tasks[1].CancelAsync(cancellationToken: Ended);

        var failure = await Assert.ThrowsAsync<GatherFailedException>(() => results);
        Assert.Equal((1, tasks[1].Id), (failure.Problem.Index, failure.Problem.Task?.Id));
        Assert.False(await tasks[0].IsDoneAsync(Ended));
    }

    [Fact]
    public async Task GatherAll_OneCancelled_WaitsForTheOthers()
    {
        TaskHandle[] tasks = [await CreateTask(10), await CreateTask(30)];
        await tasks[1].CancelAsync(cancellationToken: Ended);
        var gathered = Tasks.GatherAllAsync(tasks, Ended);
        await Clock.TimerArmed(LongPoll);
        Clock.Advance(Seconds(10));

        Assert.Equal([TaskState.Completed, TaskState.Cancelled], (await gathered).Select(static task => task.Status));
    }

    [Fact]
    public async Task Gather_Nothing_IsNothing() => Assert.Empty(await Tasks.GatherAsync([], Ended));

    [Fact]
    public async Task Wait_FirstCompleted_AnswersWithTheFirst()
    {
        TaskHandle[] tasks = [await CreateTask(50), await CreateTask(30)];
        var wait = Tasks.WaitAsync(tasks, ReturnWhen.FirstCompleted, cancellationToken: Ended);
        await Clock.TimerArmed(LongPoll);
        Clock.Advance(LongPoll);
        await Clock.TimerArmed(LongPoll);
        Clock.Advance(Seconds(10));

        var (done, pending) = await wait;
        Assert.Equal(tasks[1].Id, Assert.Single(done).Id);
        Assert.Equal(tasks[0].Id, Assert.Single(pending).Id);
    }

    [Theory]
    [InlineData(ReturnWhen.AllCompleted)]
    [InlineData(ReturnWhen.FirstException)]
    public async Task Wait_OutOfTime_AnswersHowTheyStand(ReturnWhen returnWhen)
    {
        var cancelled = await CreateTask(50);
        await cancelled.CancelAsync(cancellationToken: Ended);

        var (done, pending) = await Tasks.WaitAsync([cancelled, await CreateTask(50)], returnWhen, TimeSpan.Zero, Ended);

        Assert.Equal((1, 1), (done.Count, pending.Count));
    }

    [Fact]
    public async Task AsCompleted_LongerThanOneCall_HasEachTaskAsItFinishes()
    {
        TaskHandle[] tasks = [await CreateTask(30, "slow"), await CreateTask(10, "fast")];
        await using var finished = Tasks.AsCompletedAsync([.. tasks, tasks[0]], Ended).GetAsyncEnumerator(Ended);

        var next = finished.MoveNextAsync().AsTask();
        await Clock.TimerArmed(LongPoll);
        Clock.Advance(Seconds(10));
        Assert.True(await next);
        Assert.Equal("fast", finished.Current.Message);

        next = finished.MoveNextAsync().AsTask();
        Clock.Advance(Seconds(10));
        await Clock.TimerArmed(LongPoll);
        Clock.Advance(Seconds(10));
        Assert.True(await next);
        Assert.Equal("slow", finished.Current.Message);
        Assert.False(await finished.MoveNextAsync());
    }

    [Fact]
    public async Task AsCompleted_UnknownTask_Throws()
    {
        var finished = Tasks.AsCompletedAsync([Tasks.Attach(Guid.CreateVersion7())], Ended).GetAsyncEnumerator(Ended);

        await Assert.ThrowsAsync<TaskNotFoundException>(() => finished.MoveNextAsync().AsTask());
    }

    [Fact]
    public async Task List_MoreThanAPage_HasAllThatMatch()
    {
        await Tasks.CreateManyAsync(Enumerable.Range(0, 2500).Select(i => new NewTask($"{i}", Seconds(60)) { Group = i % 2 == 0 ? "even" : "odd" }), cancellationToken: Ended);
        await Tasks.CreateAsync(new NewTask("named", Seconds(60)) { Name = "a & b" }, cancellationToken: Ended);

        Assert.Equal(Enumerable.Range(0, 2500).Where(static i => i % 2 == 0).Select(static i => $"{i}"), await Messages(new TaskFilter { Group = "even", Status = TaskState.Pending }));
        Assert.Equal(["named"], await Messages(new TaskFilter { Name = "a & b" }));
        Assert.Equal("named", (await Messages(new TaskFilter { NewestFirst = true }))[0]);
        Assert.Equal(2501, (await Messages(filter: null)).Count);
    }

    [Fact]
    public async Task CancelAll_OfAGroup_LeavesTheOthers()
    {
        await Tasks.CreateManyAsync([new NewTask("a", Seconds(9)) { Group = "G" }, new NewTask("b", Seconds(9)) { Group = "G" }, new NewTask("c", Seconds(9))], cancellationToken: Ended);

        Assert.Equal(2, await Tasks.CancelAllAsync("G", "over", Ended));
        Assert.Equal(1, (await Tasks.GetStatsAsync(Ended)).Pending);
        Assert.Equal(1, await Tasks.CancelAllAsync(cancellationToken: Ended));
        Assert.Equal("over", (await First(new TaskFilter { Status = TaskState.Cancelled })).Error?.Detail);
    }

    private async Task<List<string>> Messages(TaskFilter? filter) => await Tasks.ListAsync(filter, Ended).Select(static task => task.Message!).ToListAsync(Ended);

    private ValueTask<TaskInfo> First(TaskFilter filter) => Tasks.ListAsync(filter, Ended).FirstAsync(Ended);
}
