using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Running again what is done, and how long that is possible.</summary>
public sealed class RerunTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Rerun_OfATaskThatIsDone_IsANewOneWithTheSameWork()
    {
        var spec = Spec(3, "resize", "slow", 7, """{"n":1.0}""", Twice, timeoutSeconds: 60, attemptSeconds: 9, group: "g", key: "k") with { Name = "n" };
        var first = await _engine.Create(spec with { Work = spec.Work! with { Parent = Guid.NewGuid() } });
        await _engine.Cancel(first.Id);
        _engine.Advance(100);

        var answer = await _engine.Storage.History.RerunAsync("", first.Id, Ended);

        var (again, work) = (answer.Task!, answer.Task!.Work!);
        Assert.Equal((AnswerStatus.Ok, TaskState.Pending, _engine.Clock.GetUtcNow(), "n", "g"), (answer.Status, again.State, again.DueAt, again.Name, again.Group));
        Assert.Equal(("resize", "slow", 7, """{"n":1.0}""", "k"), (work.Type, work.Queue, work.Priority, Text(work.Input), work.Key));
        Assert.Equal((Twice, 9, first.Id, 0), (work.Retry, work.AttemptSeconds, work.Parent, work.Attempt));
        _engine.Advance(60);
        Assert.Equal(TaskState.Cancelled, (await _engine.Find(again.Id)).State);
    }

    [Fact]
    public async Task Rerun_OfAMessage_DeliversItNow()
    {
        var message = (await _engine.Storage.CreateAsync("", new TaskSpec { Message = "Hei", Schedule = new TaskSchedule(9), Name = "n" }, watch: false, Ended)).Task!;
        await _engine.Cancel(message.Id);

        var again = (await _engine.Storage.History.RerunAsync("", message.Id, Ended)).Task!;

        Assert.Equal(("Hei", "n", _engine.Clock.GetUtcNow()), (again.Message, again.Name, again.DueAt));
    }

    [Fact]
    public async Task Rerun_OfWhatIsNotDoneOrUnknown_IsRefused()
    {
        var leased = await _engine.Start();

        Assert.Equal((AnswerStatus.NotFinished, TaskState.Running), (await _engine.Storage.History.RerunAsync("", leased.Task.Id, Ended) is var answer ? (answer.Status, answer.Task!.State) : default));
        Assert.Equal(AnswerStatus.NotFound, (await _engine.Storage.History.RerunAsync("another", leased.Task.Id, Ended)).Status);
    }

    [Fact]
    public async Task RerunMany_OfThoseThatMatch_SpreadsThemAndTakesEachOnce()
    {
        for (var i = 0; i < 600; i++) await _engine.Raise((await _engine.Start(Spec(type: i % 2 == 0 ? "a" : "b"))).Token);
        await _engine.Return((await _engine.Start(Spec(type: "a"))).Token);
        var query = new RerunQuery(TaskState.Failed, Type: "a", SpreadSeconds: 30);

        Assert.Equal(new RerunAnswer(AnswerStatus.Ok, 300), await _engine.Storage.History.RerunManyAsync("", query, Ended));
        Assert.Equal(new RerunAnswer(AnswerStatus.Ok, 0), await _engine.Storage.History.RerunManyAsync("", query, Ended));

        var dues = (await _engine.Storage.ListAsync("", new TaskQuery(TaskState.Pending, null, null, null, 1000), Ended)).Tasks.Select(task => (task.DueAt - _engine.Clock.GetUtcNow()).TotalSeconds);
        Assert.Equal(Enumerable.Range(0, 300).Select(static i => i / 10.0), dues);
        Assert.Equal(300, (await _engine.Storage.History.RerunManyAsync("", new RerunQuery(TaskState.Failed), Ended)).Created);
    }

    [Fact]
    public async Task RerunMany_WithoutRoomForAll_RunsNone()
    {
        using var engine = new WorkFixture(static options => options.MaxPending = 2);
        for (var i = 0; i < 3; i++) await engine.Raise((await engine.Start()).Token);

        Assert.Equal(new RerunAnswer(AnswerStatus.CapacityReached, 0), await engine.Storage.History.RerunManyAsync("", new RerunQuery(TaskState.Failed), Ended));
        Assert.Equal(3, (await engine.Stats()).Created);
        Assert.Equal(AnswerStatus.Ok, (await engine.Storage.History.RerunAsync("", (await engine.Storage.ListAsync("", new TaskQuery(null, null, null, null, 1), Ended)).Tasks[0].Id, Ended)).Status);
        // Two are left that have not been run again, and there is room for one.
        Assert.Equal(AnswerStatus.CapacityReached, (await engine.Storage.History.RerunManyAsync("", new RerunQuery(TaskState.Failed), Ended)).Status);
    }

    [Fact]
    public async Task Failed_TasksAndOthers_AreForgottenByBoundsOfTheirOwn()
    {
        using var engine = new WorkFixture(static options => (options.MaxFinished, options.MaxFailed, options.Retention, options.FailedRetention) = (2, 3, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(100)));
        var (failed, completed) = (new List<Guid>(), new List<Guid>());
        for (var i = 0; i < 5; i++)
        {
            var (bad, good) = (await engine.Start(), await engine.Start());
            await engine.Raise(bad.Token);
            await engine.Return(good.Token);
            failed.Add(bad.Task.Id);
            completed.Add(good.Task.Id);
            engine.Advance(1);
        }

        async Task<int> Left(List<Guid> ids) => (await engine.Storage.FindManyAsync("", ids, Ended)).Count(static task => task is not null);

        Assert.Equal((3, 2), (await Left(failed), await Left(completed)));
        engine.Advance(9);
        Assert.Equal((3, 0), (await Left(failed), await Left(completed)));
        engine.Advance(88);
        Assert.Equal(2, await Left(failed));
        engine.Advance(10);
        Assert.Equal((0, 5), (await Left(failed), (await engine.Stats()).Failed));
    }

    [Fact]
    public async Task Forgotten_TasksWithWork_GiveBackAllTheirMemory()
    {
        using var engine = new WorkFixture(static options => (options.MaxFinished, options.MaxFailed, options.MaxTaskBytes) = (0, 0, 1 << 20));
        for (var i = 0; i < 3_000; i++)
        {
            // Of everything that is counted something.
            var leased = await engine.Start(Spec(input: new string('1', i % 9_000), retry: Twice, key: "k", timeoutSeconds: 60));
            await engine.Beat(new LeaseBeat(leased.Token, new WorkProgress(1, 2, "note")));
            if (i % 3 == 0) await engine.Cancel(leased.Task.Id, "why");
            if (i % 2 == 0) await engine.Finish(WorkOutcome.Released(leased.Token));
            else await engine.Return(leased.Token, new string('1', 5_000));
            if (i % 6 == 2 || i % 6 == 4) await engine.Return(Assert.Single(await engine.Acquire()).Token, "2");
        }

        Assert.Equal((0, 0), (engine.Memory.TaskBytes, (await engine.Stats()).Pending));
    }

    public void Dispose() => _engine.Dispose();
}
