using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Engine;

public sealed class CompletionSetTests
{
    [Fact]
    public async Task Read_TasksFinishing_ComeInTheOrderInWhichTheyFinish()
    {
        using var engine = new EngineFixture();
        var delays = new[] { 5.0, 1, 3, 2, 4 };
        var ids = new List<Guid>();
        foreach (var delay in delays) ids.Add((await engine.Create(delay)).Id);
        using var set = Set(await engine.Storage.WatchManyAsync("", ids, CancellationToken.None));
        for (var i = 1; i <= 5; i++)
        {
            engine.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await set.WaitToReadAsync(TestContext.Current.CancellationToken));
            Assert.True(set.TryRead(out var finished));
            Assert.Equal(Array.IndexOf(delays, i), finished.Index);
            Assert.Equal(5 - i, set.Remaining);
        }

        Assert.False(await set.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Read_TasksDoneFromTheStart_ComeFirstTheEarliestBeforeTheOthers()
    {
        using var engine = new EngineFixture();
        var ids = new List<Guid>();
        foreach (var delay in new[] { 9.0, 2, 1 }) ids.Add((await engine.Create(delay)).Id);
        engine.Clock.Advance(TimeSpan.FromSeconds(3));
        using var set = Set(await engine.Storage.WatchManyAsync("", [.. ids, ids[1]], CancellationToken.None));
        var order = new List<int>();
        while (set.TryRead(out var finished)) order.Add(finished.Index);
        Assert.Equal([2, 1, 3], order);
        Assert.Equal(1, set.Remaining);
    }

    [Fact]
    public async Task Read_TasksThatFinishWhileTheWaitIsSetUp_ComeInTheOrderInWhichTheyFinish()
    {
        using var engine = new EngineFixture();
        var ids = new List<Guid>();
        foreach (var delay in new[] { 3.0, 1, 2, 4 }) ids.Add((await engine.Create(delay)).Id);
        using var set = new CompletionSet(new SnapshotBudget(SnapshotBudget.Step, static _ => false));
        var first = await engine.Storage.WatchManyAsync("", ids.GetRange(0, 2), CancellationToken.None);
        foreach (var task in first) set.Add(task);
        for (var i = 0; i < 3; i++) engine.Clock.Advance(TimeSpan.FromSeconds(1));
        foreach (var task in first) await task.Completion!.Task.WaitAsync(TestContext.Current.CancellationToken);
        foreach (var task in await engine.Storage.WatchManyAsync("", ids.GetRange(2, 2), CancellationToken.None)) set.Add(task);
        set.Begin();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));

        var order = new List<int>();
        while (await set.WaitToReadAsync(TestContext.Current.CancellationToken))
            while (set.TryRead(out var finished)) order.Add(finished.Index);
        Assert.Equal([1, 2, 0, 3], order);
    }

    [Fact]
    public async Task Dispose_BeforeTheEnd_LeavesTheTasksAndTheOtherWaitsAlone()
    {
        using var engine = new EngineFixture();
        var task = await engine.Create(1);
        var handles = await engine.Storage.WatchManyAsync("", [task.Id], CancellationToken.None);
        var sets = Enumerable.Range(0, 5).Select(_ => Set(handles)).ToList();
        sets[0].Dispose();
        sets[2].Dispose();
        sets[4].Dispose();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        foreach (var set in new[] { sets[1], sets[3] })
        {
            Assert.True(await set.WaitToReadAsync(TestContext.Current.CancellationToken));
            Assert.True(set.TryRead(out var finished));
            Assert.Equal(TaskState.Completed, finished.State);
        }

        Assert.False(sets[0].TryRead(out _));
    }

    [Fact]
    public async Task Read_AThousandSetsOverAThousandTasks_AllEnd()
    {
        using var engine = new EngineFixture();
        var ids = new List<Guid>();
        for (var i = 0; i < 1_000; i++) ids.Add((await engine.Create(1 + (i % 10 * 0.001))).Id);
        var handles = await engine.Storage.WatchManyAsync("", ids, CancellationToken.None);
        var sets = Enumerable.Range(0, 1_000).Select(_ => Set(handles)).ToList();
        engine.Clock.Advance(TimeSpan.FromSeconds(2));
        foreach (var set in sets)
        {
            while (await set.WaitToReadAsync(TestContext.Current.CancellationToken))
                while (set.TryRead(out var finished)) Assert.Equal(TaskState.Completed, finished.State);
            Assert.Equal(0, set.Remaining);
        }
    }

    [Fact]
    public async Task Read_MoreFinishedThanThereIsRoomFor_StillTellsHowEachEnded()
    {
        using var engine = new EngineFixture();
        var ids = new List<Guid>();
        for (var i = 0; i < 100; i++) ids.Add((await engine.Create(i % 2 == 0 ? 1 : 60, new string('m', 1000))).Id);
        using var set = Set(await engine.Storage.WatchManyAsync("", ids, CancellationToken.None), room: 10_000);
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 1; i < 100; i += 2) await engine.Cancel(ids[i]);
        var last = await engine.Create(60);
        var told = (await engine.Storage.WatchAsync("", last.Id, CancellationToken.None)).Completion!;
        await engine.Cancel(last.Id);
        await told.Task;

        var read = new List<FinishedTask>();
        while (set.TryRead(out var finished)) read.Add(finished);

        Assert.Equal(ids.Select(static (_, i) => (i, i % 2 == 0 ? TaskState.Completed : TaskState.Cancelled)).Order(), read.Select(static finished => (finished.Index, finished.State)).Order());
        Assert.InRange(read.Count(static finished => finished.Task is not null), 1, 10);
    }

    [Fact]
    public async Task Completion_ThatCannotBeToldToSomebody_IsLoggedAndTheNextIsTold()
    {
        using var engine = new EngineFixture();
        var (first, next) = (await engine.Create(60), await engine.Create(60));
        var handles = await engine.Storage.WatchManyAsync("", [first.Id, next.Id], CancellationToken.None);
        using var broken = new CompletionSet(new SnapshotBudget(0, static _ => throw new InvalidOperationException()));
        broken.Add(handles[0]);
        broken.Begin();

        await engine.Cancel(first.Id);
        await engine.Cancel(next.Id);

        Assert.Equal(next.Id, (await handles[1].Completion!.Task.WaitAsync(TestContext.Current.CancellationToken)).Id);
    }

    [Fact]
    public async Task Completion_OfATaskForgottenAtOnce_StillTellsItsWaiters()
    {
        using var engine = new EngineFixture(static options => options.MaxFinished = 0);
        var task = await engine.Create(1);
        var watched = await engine.Storage.WatchAsync("", task.Id, CancellationToken.None);
        var token = watched.Completion!.CancellationToken;
        await engine.Cancel(task.Id);
        Assert.Equal(TaskState.Cancelled, (await watched.Completion.Task).State);
        Assert.Null(await engine.Find(task.Id));
        var told = new TaskCompletionSource();
        await using var registration = token.Register(told.SetResult);
        await told.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Completion_OfAFinishedTask_IsLetGoAlthoughTheTaskIsKept()
    {
        using var engine = new EngineFixture();
        var task = await engine.Create(60);
        var completion = await Watch(engine, task.Id);
        await engine.Cancel(task.Id);

        // They are told one after the other: when the next has been, nobody is telling the first any more.
        var next = await engine.Create(60);
        var told = (await engine.Storage.WatchAsync("", next.Id, CancellationToken.None)).Completion!;
        await engine.Cancel(next.Id);
        await told.Task;
        GC.Collect();

        Assert.False(completion.TryGetTarget(out _));
        Assert.Equal(TaskState.Cancelled, (await engine.Find(task.Id))!.State);
    }

    [Fact]
    public async Task Watch_OfTasksThatArePending_CountsAsMemoryUntilTheyAreDone()
    {
        using var engine = new EngineFixture(static options => options.MaxTaskBytes = 1 << 20);
        var ids = new List<Guid>();
        for (var i = 0; i < 3_000; i++) ids.Add((await engine.Create(1)).Id);
        var one = new TaskSpec { Message = "m", Schedule = new TaskSchedule(60) };

        await engine.Storage.WatchManyAsync("", ids, CancellationToken.None);
        Assert.Equal(AnswerStatus.CapacityReached, (await engine.Storage.CreateAsync("", one, watch: false, CancellationToken.None)).Status);

        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(AnswerStatus.Ok, (await engine.Storage.CreateAsync("", one, watch: true, CancellationToken.None)).Status);
    }

    private static CompletionSet Set(WatchedTask[] tasks, long room = SnapshotBudget.Step)
    {
        var set = new CompletionSet(new SnapshotBudget(room, static _ => false));
        foreach (var task in tasks) set.Add(task);
        return set.Begin();
    }

    // Apart, so that no frame of the test holds on to it.
    private static async Task<WeakReference<TaskCompletion>> Watch(EngineFixture engine, Guid id) =>
        new((await engine.Storage.WatchAsync("", id, CancellationToken.None)).Completion!);
}
