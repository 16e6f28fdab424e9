using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Sql;

/// <summary>What a stop and a start, orderly ones, leave of the tasks. (Disorderly ones: <see cref="CrashTests"/>.)</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task Restart_PendingTask_IsThereToTheLetter()
    {
        using var engine = new SqlFixture().Start();
        var created = await engine.Create(100, "Hei\0 日本語 😀\r\n", "g.1", "a name\0", timeoutSeconds: 200, owner: "somebody");

        engine.Restart();

        var found = await engine.Find(created.Id, "somebody");
        AssertSame(created, found!);
        Assert.Null(await engine.Find(created.Id));
    }

    [Fact]
    public async Task Restart_DelaysOfAnySize_AreEchoedAsGiven()
    {
        using var engine = new SqlFixture().Start();
        double[] delays = [0, 0.0001, 0.07, 0.1, 1 / 3.0, 12.3456789, 31_536_000];
        var tasks = new List<TaskSnapshot>();
        foreach (var delay in delays) tasks.Add(await engine.Create(delay, timeoutSeconds: 0.00001));

        engine.Restart();

        foreach (var (task, delay) in tasks.Zip(delays)) Assert.Equal(delay, (await engine.Find(task.Id))!.DelaySeconds);
    }

    [Fact]
    public async Task Restart_DueMeanwhile_CompletesAtOnceAndNotBefore()
    {
        using var engine = new SqlFixture().Start();
        var (due, later) = (await engine.Create(10), await engine.Create(20));
        engine.Stop();
        engine.Clock.Advance(TimeSpan.FromSeconds(15));

        engine.Start();

        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var completed = (await engine.Find(due.Id))!;
        Assert.Equal(TaskState.Completed, completed.State);
        Assert.InRange(completed.FinishedAt!.Value, engine.Clock.GetUtcNow().AddMilliseconds(-1), engine.Clock.GetUtcNow());
        Assert.Equal(TaskState.Pending, (await engine.Find(later.Id))!.State);
        engine.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TaskState.Completed, (await engine.Find(later.Id))!.State);
    }

    [Fact]
    public async Task Restart_TimedOutMeanwhile_IsCancelledWithReasonTimeout()
    {
        using var engine = new SqlFixture().Start();
        var (first, second) = (await engine.Create(10, timeoutSeconds: 5), await engine.Create(5, timeoutSeconds: 5));
        engine.Stop();
        engine.Clock.Advance(TimeSpan.FromSeconds(15));

        engine.Start();

        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(new TaskError("timeout", null), (await engine.Find(first.Id))!.Error);
        Assert.Equal(TaskState.Completed, (await engine.Find(second.Id))!.State);
    }

    [Fact]
    public async Task Restart_FinalStates_StayAsTheyWere()
    {
        using var engine = new SqlFixture().Start();
        var (completed, cancelled) = (await engine.Create(1), await engine.Create(1));
        await engine.Cancel(cancelled.Id, "not needed");
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        var before = new[] { await engine.Find(completed.Id), await engine.Find(cancelled.Id) };

        engine.Stop();
        engine.Clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(5), null, null));
        engine.Start();

        foreach (var task in before)
        {
            var found = (await engine.Find(task!.Id))!;
            AssertSame(task, found);
            Assert.Equal((task.FinishedAt, task.Result, task.Error), (found.FinishedAt, found.Result, found.Error));
        }

        Assert.Equal(AnswerStatus.AlreadyFinished, (await engine.Cancel(completed.Id)).Status);
        Assert.Equal("not needed", (await engine.Cancel(cancelled.Id, "again")).Task!.Error!.Detail);
    }

    [Theory]
    [InlineData(5.75, -9.5)]
    [InlineData(-9.5, 14)]
    public async Task Restart_InAnotherTimeZone_ResultsStayAsTheyWereAndNewOnesAreLocal(double before, double after)
    {
        using var engine = new SqlFixture();
        engine.Clock.SetLocalTimeZone(Zone(before));
        engine.Start();
        var (first, second) = (await engine.Create(1, "first"), await engine.Create(2, "second"));
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        var shown = (await engine.Find(first.Id))!.Result;
        Assert.Equal($"{first.DueAt.AddHours(before):HH:mm:ss} first", shown);

        engine.Stop();
        engine.Clock.SetLocalTimeZone(Zone(after));
        engine.Start();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(shown, (await engine.Find(first.Id))!.Result);
        Assert.Equal($"{second.DueAt.AddHours(after):HH:mm:ss} second", (await engine.Find(second.Id))!.Result);
    }

    [Fact]
    public async Task Restart_Reschedule_IsKept()
    {
        using var engine = new SqlFixture().Start();
        var task = await engine.Create(1);
        var answer = await engine.Storage.RescheduleAsync("", task.Id, new TaskRevision(new TaskSchedule(7.5), "changed"), condition: null, CancellationToken.None);

        engine.Restart();

        AssertSame(answer.Task!, (await engine.Find(task.Id))!);
        engine.Clock.Advance(TimeSpan.FromSeconds(7.499));
        Assert.False((await engine.Find(task.Id))!.IsDone);
        engine.Clock.Advance(TimeSpan.FromSeconds(0.001));
        Assert.EndsWith(" changed", (await engine.Find(task.Id))!.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_EverythingForgotten_IdsAndCountsGoOn()
    {
        using var engine = new SqlFixture(static options => options.MaxFinished = 0).Start();
        var before = await engine.Create(0, owner: "somebody");
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await engine.Find(before.Id, "somebody"));

        engine.Stop();
        engine.Clock.StepWallClock(TimeSpan.FromHours(-1));
        engine.Start();

        var after = await engine.Create(10, owner: "somebody");
        Assert.True(TaskId.TryParse(before.Id, out var first) && TaskId.TryParse(after.Id, out var second) && second.Sequence == first.Sequence + 1 && second.Time >= first.Time);
        var stats = await engine.Stats("somebody");
        Assert.Equal((2, 1, 1), (stats.Created, stats.Completed, stats.Pending));
    }

    [Fact]
    public async Task Drain_PendingTasks_StayAndAreNotWaitedFor()
    {
        using var engine = new SqlFixture().Start();
        var task = await engine.Create(3);

        var summary = await engine.Storage.DrainAsync(TimeSpan.FromSeconds(5), CancellationToken.None);

        Assert.Equal(new DrainSummary(CameDue: 0, Cancelled: 0, Kept: 1), summary);
        var refused = await engine.Storage.CreateAsync("", new TaskSpec { Message = "m", Schedule = new TaskSchedule(1) }, watch: false, CancellationToken.None);
        Assert.Equal(AnswerStatus.ShuttingDown, refused.Status);
        engine.Restart();
        engine.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TaskState.Completed, (await engine.Find(task.Id))!.State);
    }

    [Fact]
    public async Task Restart_PendingBound_CountsWhatWasThere()
    {
        using var engine = new SqlFixture(static options => options.MaxPending = 2).Start();
        await engine.Create(10);
        await engine.Create(10, owner: "somebody");

        engine.Restart();

        var refused = await engine.Storage.CreateAsync("", new TaskSpec { Message = "m", Schedule = new TaskSchedule(1) }, watch: false, CancellationToken.None);
        Assert.Equal(AnswerStatus.CapacityReached, refused.Status);
    }

    [Fact]
    public async Task Restart_AfterTheWallClockWasStepped_WallClockDecides()
    {
        using var engine = new SqlFixture().Start();
        engine.Clock.StepWallClock(TimeSpan.FromHours(-1));
        var armed = await engine.Create(60, timeoutSeconds: 120);
        var timed = await engine.Create(120, timeoutSeconds: 60);
        engine.Clock.Advance(TimeSpan.FromSeconds(59.999));
        Assert.False((await engine.Find(armed.Id))!.IsDone);

        engine.Restart();

        Assert.False((await engine.Find(armed.Id))!.IsDone);
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TaskState.Completed, (await engine.Find(armed.Id))!.State);
        Assert.Equal("timeout", (await engine.Find(timed.Id))!.Error!.Reason);
    }

    private static TimeZoneInfo Zone(double hours) => TimeZoneInfo.CreateCustomTimeZone("zone", TimeSpan.FromHours(hours), null, null);

    private static void AssertSame(TaskSnapshot expected, TaskSnapshot found) => Assert.Equal(
        (expected.Id, expected.Owner, expected.Name, expected.Group, expected.Message, expected.DelaySeconds, expected.State, expected.CreatedAt, expected.DueAt, expected.Version),
        (found.Id, found.Owner, found.Name, found.Group, found.Message, found.DelaySeconds, found.State, found.CreatedAt, found.DueAt, found.Version));
}
