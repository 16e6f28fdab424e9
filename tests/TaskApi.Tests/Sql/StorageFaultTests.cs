using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Sql;

/// <summary>What happens while the disk is full, broken or slow.</summary>
public sealed class StorageFaultTests
{
    private static readonly TaskSpec _task = new() { Message = new string('m', 4096), Schedule = new TaskSchedule(100) };

    [Fact]
    public async Task BrokenDisk_Changes_AreRefusedAndChangeNothing()
    {
        using var engine = new SqlFixture().Start();
        var task = await engine.Create(10);
        engine.Storage.BreakDisk();

        Assert.Equal(RegistryStatus.StorageUnavailable, (await engine.Registry.CreateAsync("new", _task, watch: true, CancellationToken.None)).Status);
        Assert.Equal(RegistryStatus.StorageUnavailable, (await engine.Registry.CreateManyAsync("", [_task, _task], watch: true, CancellationToken.None)).Status);
        Assert.Equal(RegistryStatus.StorageUnavailable, (await engine.Cancel(task.Id)).Status);
        Assert.Equal(RegistryStatus.StorageUnavailable, (await engine.Registry.RescheduleAsync("", task.Id, new TaskRevision(null, "x"), condition: null, CancellationToken.None)).Status);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.Registry.CancelGroupAsync("", null, new TaskError("cancelled", null), CancellationToken.None).AsTask());
        Assert.NotNull(engine.Registry.Fault);

        Assert.Equal((TaskState.Pending, "hello"), ((await engine.Find(task.Id))!.State, (await engine.Find(task.Id))!.Message));
        var stats = await engine.Stats();
        Assert.Equal((1, 1, 0), (stats.Created, stats.Pending, stats.Cancelled));
        Assert.Equal(0, (await engine.Stats("new")).Created);
    }

    [Fact]
    public async Task BrokenDisk_TaskComesDue_CompletesWhenItIsMendedAndItsWaiterIsTold()
    {
        using var engine = new SqlFixture().Start();
        var task = await engine.Create(10);
        var waiting = await engine.Watch(task.Id);
        engine.Storage.BreakDisk();
        engine.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.False(waiting.IsCompleted);
        Assert.Equal(TaskState.Pending, (await engine.Find(task.Id))!.State);
        Assert.Equal(TimeSpan.FromSeconds(10), engine.Registry.Overdue);

        engine.Storage.MendDisk();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TaskState.Completed, (await waiting).State);
        Assert.Null(engine.Registry.Fault);
        Assert.Equal(TimeSpan.Zero, engine.Registry.Overdue);
    }

    [Fact]
    public async Task BrokenDisk_Mended_GoesOnByItselfAndIdsAreNotGivenTwice()
    {
        using var engine = new SqlFixture().Start();
        var before = await engine.Create(10, owner: "one");
        engine.Storage.BreakDisk();
        await engine.Registry.CreateAsync("two", _task, watch: false, CancellationToken.None);
        engine.Storage.MendDisk();

        var after = await engine.Create(10, owner: "three");
        engine.Restart();

        Assert.NotNull(await engine.Find(before.Id, "one"));
        Assert.NotNull(await engine.Find(after.Id, "three"));
        Assert.Null(await engine.Find(after.Id, "two"));
        var last = await engine.Create(10, owner: "two");
        Assert.NotNull(await engine.Find(last.Id, "two"));
    }

    [Fact]
    public async Task FullDisk_CreationsAreRefused_AndGoOnWhenThereIsRoom()
    {
        using var engine = new SqlFixture().Start();
        var kept = await engine.Create(100);
        engine.Storage.FillDisk();
        var accepted = new List<TaskSnapshot>();
        TaskAnswer answer;
        do
        {
            answer = await engine.Registry.CreateAsync("", _task, watch: false, CancellationToken.None);
            if (answer.Task is not null) accepted.Add(answer.Task);
        }
        while (answer.Status == RegistryStatus.Ok && accepted.Count < 100);
        Assert.Equal(RegistryStatus.StorageUnavailable, answer.Status);
        Assert.NotNull(await engine.Find(kept.Id));

        engine.Storage.MakeRoom();

        Assert.Equal(RegistryStatus.Ok, (await engine.Registry.CreateAsync("", _task, watch: false, CancellationToken.None)).Status);
        engine.Restart();
        foreach (var task in accepted) Assert.NotNull(await engine.Find(task.Id));
        Assert.Equal(accepted.Count + 2, (await engine.Stats()).Pending);
    }

    [Fact]
    public async Task SlowDisk_CallersMeanwhile_ShareTheNextCommit()
    {
        using var engine = new SqlFixture().Start();
        engine.Storage.Hold();
        var first = engine.Create(100);
        while (engine.Storage.Commits == 0) await Task.Yield();
        var others = Enumerable.Range(0, 500).Select(_ => engine.Create(100)).ToList();
        Assert.False(first.IsCompleted);
        // What isn't on disk yet is shown to nobody.
        Assert.Empty((await engine.Registry.ListAsync("", new TaskQuery(null, null, null, null, 10), CancellationToken.None)).Tasks);
        Assert.Equal(0, (await engine.Stats()).Created);

        engine.Storage.Release();

        await Task.WhenAll(others.Append(first));
        Assert.Equal(501, (await engine.Stats()).Created);
        Assert.InRange(engine.Storage.Commits, 2, 10);
    }

    [Fact]
    public async Task SlowDisk_CallerGivesUpBeforeItsTurn_NothingIsCreated()
    {
        using var engine = new SqlFixture().Start();
        engine.Storage.Hold();
        var first = engine.Create(100);
        while (engine.Storage.Commits == 0) await Task.Yield();
        using var hangUp = new CancellationTokenSource();
        var given = engine.Registry.CreateAsync("", _task, watch: false, hangUp.Token).AsTask();
        await hangUp.CancelAsync();

        engine.Storage.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await first;
        Assert.Equal(1, (await engine.Stats()).Created);
    }

    [Fact]
    public async Task SlowDisk_TaskComesDue_NobodyIsToldBeforeItIsOnDisk()
    {
        using var engine = new SqlFixture().Start();
        var task = await engine.Create(10);
        var waiting = await engine.Watch(task.Id);
        using var events = engine.Registry.Events.Open(after: null);
        engine.Storage.Hold();
        var advancing = Task.Run(() => engine.Clock.Advance(TimeSpan.FromSeconds(10)), TestContext.Current.CancellationToken);
        while (engine.Storage.Commits < 2) await Task.Yield();

        Assert.False(waiting.IsCompleted);
        Assert.False(events.TryRead(out _));
        Assert.False((await engine.Find(task.Id))!.IsDone);

        engine.Storage.Release();
        await advancing;
        Assert.Equal(TaskState.Completed, (await waiting).State);
        Assert.True(events.TryRead(out var read) && read.Event!.Kind == TaskEventKind.Completed);
    }
}
