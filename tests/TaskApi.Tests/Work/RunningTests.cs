using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>A task with work from its creation to its result.</summary>
public sealed class RunningTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Create_ATaskWithWork_IsPendingAndAsAskedFor()
    {
        var parent = Guid.NewGuid();
        var retry = new RetryPolicy { MaxAttempts = 7 };
        var spec = Spec(1.5, "resize", "slow", 5, """{"a":1.50}""", retry, attemptSeconds: 9, key: "k");

        var created = await _engine.Create(spec with { Name = "n", Group = "g", Work = spec.Work! with { Parent = parent, TraceParent = "00-1-2-01" } });

        Assert.Equivalent(created, await _engine.Find(created.Id), strict: true);
        Assert.Equal((TaskState.Pending, "n", "g", "", null), (created.State, created.Name, created.Group, created.Message, created.Result));
        var work = created.Work!;
        Assert.Equal(("resize", "slow", 5, "k", """{"a":1.50}"""), (work.Type, work.Queue, work.Priority, work.Key, Text(work.Input)));
        Assert.Equal((retry, 9, parent, "00-1-2-01"), (work.Retry, work.AttemptSeconds, work.Parent, work.TraceParent));
        Assert.Equal((0, null, null, null, null, false), (work.Attempt, work.StartedAt, work.Worker, work.Progress, work.Result, work.CancelRequested));
    }

    [Fact]
    public async Task Queue_NotGiven_IsTheType() => Assert.Equal("resize", (await _engine.Create()).Work!.Queue);

    [Fact]
    public async Task Acquire_BeforeItIsDue_GetsNothing()
    {
        await _engine.Create(1);

        _engine.Advance(0.999);
        Assert.Empty(await _engine.Acquire());
        _engine.Advance(0.001);
        Assert.Single(await _engine.Acquire());
    }

    [Fact]
    public async Task Acquire_ATaskThatIsDue_IsRunningAndLeased()
    {
        await _engine.Create();
        _engine.Advance(3);

        var leased = Assert.Single(await _engine.Acquire(leaseSeconds: 20));

        Assert.Equal((TaskState.Running, 1, Worker), (leased.Task.State, leased.Task.Work!.Attempt, leased.Task.Work.Worker));
        Assert.Equal((_engine.Clock.GetUtcNow(), _engine.Clock.GetUtcNow().AddSeconds(20)), (leased.Task.Work.StartedAt, leased.ExpiresAt));
        Assert.Equivalent(leased.Task, await _engine.Find(leased.Task.Id), strict: true);
        Assert.Empty(await _engine.Acquire());
        Assert.Equal((0, 1, 0), (await _engine.Stats() is var stats ? (stats.Pending, stats.Running, stats.Ready) : default));
    }

    [Fact]
    public async Task Finish_WithAResult_IsCompletedWithIt()
    {
        var leased = await _engine.Start();
        _engine.Advance(2);

        var answer = await _engine.Return(leased.Token, """[1.10,"x"]""");

        var task = await _engine.Find(leased.Task.Id);
        Assert.Equal(new FinishAnswer(FinishProblem.None, task.Id, TaskState.Completed), answer);
        Assert.Equal((TaskState.Completed, """[1.10,"x"]""", null, _engine.Clock.GetUtcNow()), (task.State, Text(task.Work!.Result!.Value), task.Result, task.FinishedAt));
        Assert.Equal((1, Worker), (task.Work.Attempt, task.Work.Worker));
        Assert.Equal((1, 0, 1), (await _engine.Stats() is var stats ? (stats.Created, stats.Running, stats.Completed) : default));
    }

    [Fact]
    public async Task Finish_WithoutAValue_IsCompletedWithNull()
    {
        var leased = await _engine.Start();

        await _engine.Return(leased.Token, "");

        Assert.Equal("null", Text((await _engine.Find(leased.Task.Id)).Work!.Result!.Value));
        Assert.Equal(FinishProblem.None, (await _engine.Return(leased.Token, "null")).Problem);
    }

    [Fact]
    public async Task Input_OfAnyLength_IsKeptAsGiven()
    {
        foreach (var length in new[] { 1, 4096, 4097, 65_536, 1 << 20 })
        {
            var input = $"\"{new string('x', length - 2 > 0 ? length - 2 : 0)}\"";

            var created = await _engine.Create(Spec(input: input));

            Assert.Equal(input, Text((await _engine.Find(created.Id)).Work!.Input));
        }
    }

    [Fact]
    public async Task Watch_ARunningTask_IsNotDoneUntilItHasEnded()
    {
        var leased = await _engine.Start();

        var watched = (await _engine.Storage.WatchManyAsync("", [leased.Task.Id], Ended))[0];
        Assert.False(watched.Task.IsDone);
        Assert.False(watched.Completion!.Task.IsCompleted);
        await _engine.Return(leased.Token);

        Assert.Equal(TaskState.Completed, (await watched.Completion.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended)).State);
    }

    [Fact]
    public async Task MaxPending_CountsPendingAndRunningOnesTogether()
    {
        using var engine = new WorkFixture(static options => options.MaxPending = 2);
        var leased = await engine.Start();
        await engine.Create();

        Assert.Equal(AnswerStatus.CapacityReached, (await engine.Storage.CreateAsync("", Spec(), watch: false, Ended)).Status);
        await engine.Return(leased.Token);
        await engine.Create();
    }

    [Fact]
    public async Task List_ByWhatOnlyWorkHas_FindsIt()
    {
        var parent = await _engine.Create(Spec(type: "a", queue: "q", key: "k"));
        var child = Spec(type: "b", queue: "q");
        await _engine.Create(child with { Work = child.Work! with { Parent = parent.Id } });
        await _engine.Storage.CreateAsync("", new TaskSpec { Message = "m", Schedule = new TaskSchedule(9) }, watch: false, Ended);

        async Task<string> Find(TaskQuery query) => string.Join(',', (await _engine.Storage.ListAsync("", query, Ended)).Tasks.Select(static task => task.Work!.Type));

        var all = new TaskQuery(null, null, null, null, 10);
        Assert.Equal("a", await Find(all with { Type = "a" }));
        Assert.Equal("a,b", await Find(all with { Queue = "q" }));
        Assert.Equal("a", await Find(all with { Key = "k" }));
        Assert.Equal("b", await Find(all with { Parent = parent.Id }));
        Assert.Equal("", await Find(all with { Queue = "q", State = TaskState.Running }));
        Assert.Single(await _engine.Acquire("q"));
        Assert.Equal("a", await Find(all with { State = TaskState.Running, Type = "a" }));
    }

    public void Dispose() => _engine.Dispose();
}
