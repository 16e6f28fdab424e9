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
        engine.Database.BreakDisk();

        Assert.Equal(AnswerStatus.StorageUnavailable, (await engine.Storage.CreateAsync("new", _task, watch: true, CancellationToken.None)).Status);
        Assert.Equal(AnswerStatus.StorageUnavailable, (await engine.Storage.CreateManyAsync("", [_task, _task], watch: true, CancellationToken.None)).Status);
        Assert.Equal(AnswerStatus.StorageUnavailable, (await engine.Cancel(task.Id)).Status);
        Assert.Equal(AnswerStatus.StorageUnavailable, (await engine.Storage.RescheduleAsync("", task.Id, new TaskRevision(null, "x"), condition: null, CancellationToken.None)).Status);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.Storage.CancelAllAsync("", default, new TaskError("cancelled", null), CancellationToken.None).AsTask());
        Assert.NotNull(engine.Storage.Fault);

        Assert.Equal((TaskState.Pending, "hello"), ((await engine.Find(task.Id))!.State, (await engine.Find(task.Id))!.Message));
        var stats = await engine.Stats();
        Assert.Equal((1, 1, 0), (stats.Created, stats.Pending, stats.Cancelled));
        Assert.Equal(0, (await engine.Stats("new")).Created);
    }

    [Fact]
    public async Task Change_ThatThrows_FailsAloneAmongThoseOfItsTransaction()
    {
        using var engine = new SqlFixture().Start();
        var (first, second) = (await engine.Create(10), await engine.Create(10));
        var key = new IdempotencyKey(new Digest(1, 2), new Digest(3, 4));
        var commits = engine.Database.Commits;
        engine.Database.Hold();
        var held = engine.Create(20);
        Assert.True(SpinWait.SpinUntil(() => engine.Database.Commits > commits, TimeSpan.FromSeconds(30)));

        var before = engine.Storage.CreateAsync("new", _task, watch: true, CancellationToken.None).AsTask();
        var once = engine.Idempotency.CreateOnceAsync("", key, [_task], watch: false, CancellationToken.None).AsTask();
        var faulty = engine.Storage.CancelAsync("", first.Id, new TaskError("cancelled", null), static _ => throw new InvalidOperationException("Of this call."), force: false, CancellationToken.None).AsTask();
        var other = engine.Storage.CancelAsync("", first.Id, new TaskError("cancelled", null), static _ => throw new FormatException("Of another one."), force: false, CancellationToken.None).AsTask();
        var after = engine.Cancel(second.Id);
        engine.Database.Release();

        Assert.Equal("Of this call.", (await Assert.ThrowsAsync<InvalidOperationException>(() => faulty)).Message);
        Assert.Equal("Of another one.", (await Assert.ThrowsAsync<FormatException>(() => other)).Message);
        Assert.Equal((AnswerStatus.Ok, AnswerStatus.Ok, AnswerStatus.Ok), ((await before).Status, (await once).Status, (await after).Status));
        Assert.Equal(commits + 2, engine.Database.Commits);
        Assert.Null(engine.Storage.Fault);
        Assert.Equal((1, 1), (await engine.Stats("new") is var news ? (news.Created, news.Pending) : default));
        await held;
        engine.Restart();
        Assert.Equal((4, 3, 1), (await engine.Stats() is var stats ? (stats.Created, stats.Pending, stats.Cancelled) : default));
        Assert.Equal((await once).Tasks[0].Task.Id, (await engine.Idempotency.CreateOnceAsync("", key, [_task], watch: false, CancellationToken.None)).Tasks[0].Task.Id);
        Assert.Equal("1", engine.Ask("SELECT count(*) FROM calls"));
    }

    [Fact]
    public async Task BrokenDisk_TaskComesDue_CompletesWhenItIsMendedAndItsWaiterIsTold()
    {
        using var engine = new SqlFixture().Start();
        var task = await engine.Create(10);
        var waiting = await engine.Watch(task.Id);
        engine.Database.BreakDisk();
        engine.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.False(waiting.IsCompleted);
        Assert.Equal(TaskState.Pending, (await engine.Find(task.Id))!.State);
        Assert.Equal(TimeSpan.FromSeconds(10), engine.Storage.Overdue);

        engine.Database.MendDisk();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TaskState.Completed, (await waiting).State);
        Assert.Null(engine.Storage.Fault);
        Assert.Equal(TimeSpan.Zero, engine.Storage.Overdue);
    }

    [Fact]
    public async Task BrokenDisk_TasksDueLongBeforeTheyWereCreated_AreOverdueSinceTheirCreation()
    {
        using var engine = new SqlFixture().Start();
        var spec = new TaskSpec { Message = "hello", Schedule = new TaskSchedule(0, engine.Clock.GetUtcNow().AddYears(-1)) };
        engine.Database.BreakDisk(commits: 1);
        // One more than come due in the transaction that creates them.
        var created = await engine.Storage.CreateManyAsync("", [.. Enumerable.Repeat(spec, 1_001)], watch: false, CancellationToken.None);
        var waiting = await engine.Watch(created.Tasks[^1].Task.Id);
        engine.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(10), engine.Storage.Overdue);

        engine.Database.MendDisk();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TaskState.Completed, (await waiting).State);
        Assert.Equal(TimeSpan.Zero, engine.Storage.Overdue);
        Assert.InRange((await engine.Stats()).Lateness.MaxMs, 10_000, 11_000);
    }

    [Fact]
    public async Task BrokenDisk_Mended_GoesOnByItselfAndIdsAreNotGivenTwice()
    {
        using var engine = new SqlFixture().Start();
        var before = await engine.Create(10, owner: "one");
        engine.Database.BreakDisk();
        await engine.Storage.CreateAsync("two", _task, watch: false, CancellationToken.None);
        engine.Database.MendDisk();

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
        engine.Database.FillDisk();
        var accepted = new List<TaskSnapshot>();
        TaskAnswer answer;
        do
        {
            answer = await engine.Storage.CreateAsync("", _task, watch: false, CancellationToken.None);
            if (answer.Task is not null) accepted.Add(answer.Task);
        }
        while (answer.Status == AnswerStatus.Ok && accepted.Count < 100);
        Assert.Equal(AnswerStatus.StorageUnavailable, answer.Status);
        Assert.NotNull(await engine.Find(kept.Id));

        engine.Database.MakeRoom();

        Assert.Equal(AnswerStatus.Ok, (await engine.Storage.CreateAsync("", _task, watch: false, CancellationToken.None)).Status);
        engine.Restart();
        foreach (var task in accepted) Assert.NotNull(await engine.Find(task.Id));
        Assert.Equal(accepted.Count + 2, (await engine.Stats()).Pending);
    }

    [Fact]
    public async Task SlowDisk_CallersMeanwhile_ShareTheNextCommit()
    {
        using var engine = new SqlFixture().Start();
        engine.Database.Hold();
        var first = engine.Create(100);
        while (engine.Database.Commits == 0) await Task.Yield();
        var others = Enumerable.Range(0, 500).Select(_ => engine.Create(100)).ToList();
        Assert.False(first.IsCompleted);
        // What isn't on disk yet is shown to nobody.
        Assert.Empty((await engine.Storage.ListAsync("", new TaskQuery(null, null, null, null, 10), CancellationToken.None)).Tasks);
        Assert.Equal(0, (await engine.Stats()).Created);

        engine.Database.Release();

        await Task.WhenAll(others.Append(first));
        Assert.Equal(501, (await engine.Stats()).Created);
        Assert.InRange(engine.Database.Commits, 2, 10);
    }

    [Fact]
    public async Task SlowDisk_CallerGivesUpBeforeItsTurn_NothingIsCreated()
    {
        using var engine = new SqlFixture().Start();
        engine.Database.Hold();
        var first = engine.Create(100);
        while (engine.Database.Commits == 0) await Task.Yield();
        using var hangUp = new CancellationTokenSource();
        var given = engine.Storage.CreateAsync("", _task, watch: false, hangUp.Token).AsTask();
        await hangUp.CancelAsync();

        engine.Database.Release();

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
        using var events = engine.Storage.Events.Open(after: null);
        engine.Database.Hold();
        var advancing = Task.Run(() => engine.Clock.Advance(TimeSpan.FromSeconds(10)), TestContext.Current.CancellationToken);
        while (engine.Database.Commits < 2) await Task.Yield();

        Assert.False(waiting.IsCompleted);
        Assert.False(events.TryRead(out _));
        Assert.False((await engine.Find(task.Id))!.IsDone);

        engine.Database.Release();
        await advancing;
        Assert.Equal(TaskState.Completed, (await waiting).State);
        Assert.True(events.TryRead(out var read) && read.Event!.Kind == TaskEventKind.Completed);
    }
}
