using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Api.Gathering;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Tests.Engine;

namespace TaskApi.Tests.Gathering;

/// <summary>A delayed message can't fail by itself, so waits for failures are held against tasks made by hand.</summary>
public sealed class WaitedTasksTests : IDisposable
{
    private readonly EngineFixture _engine = new();
    private readonly TaskCompletion[] _completions = [new(), new(), new()];
    private readonly TaskWaiter _waiter;
    private readonly WaitedTasks _tasks;

    public WaitedTasksTests()
    {
        _waiter = new TaskWaiter(Options.Create(new TaskOptions()), _engine.Clock, new Lifetime(), new Measurements());
        _tasks = new WaitedTasks(_engine.Storage, _engine.Storage, "", _waiter, new SnapshotBudget(SnapshotBudget.Step, static _ => false));
        for (var i = 0; i < _completions.Length; i++)
            _tasks.Add(new WatchedTask(Snapshot(i, TaskState.Pending), _completions[i]));
        _tasks.Begin([2, 1, 0, 1]);
    }

    public void Dispose()
    {
        _tasks.Dispose();
        foreach (var completion in _completions)
            completion.Dispose();
        _engine.Dispose();
    }

    [Theory]
    [InlineData(nameof(TaskState.Failed), true)]
    [InlineData(nameof(TaskState.Cancelled), false)]
    [InlineData(nameof(TaskState.Completed), false)]
    public async Task Wait_ForTheFirstException_IsDecidedByAFailureAlone(string state, bool decides)
    {
        var wait = _tasks.WaitAsync(static ended => ended == TaskState.Failed, TimeSpan.FromSeconds(30), cancelOthers: false, TestContext.Current.CancellationToken);
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(30));

        _completions[1].Finish(Snapshot(1, Enum.Parse<TaskState>(state)));
        if (!decides)
        {
            _completions[0].Finish(Snapshot(0, TaskState.Completed));
            _completions[2].Finish(Snapshot(2, TaskState.Completed));
        }

        Assert.Equal(WaitEnd.Finished, await wait);
        Assert.Equal(decides ? 1 : null, _tasks.Decisive);
    }

    [Fact]
    public async Task Wait_DecidedByATaskNamedLater_KnowsItsFirstPlaceInTheRequest()
    {
        var wait = _tasks.WaitAsync(static ended => ended != TaskState.Completed, TimeSpan.FromSeconds(30), cancelOthers: false, TestContext.Current.CancellationToken);

        _completions[2].Finish(Snapshot(2, TaskState.Completed));
        _completions[0].Finish(Snapshot(0, TaskState.Failed));

        Assert.Equal(WaitEnd.Finished, await wait);
        Assert.Equal((2, TaskState.Failed), (_tasks.PlaceOf(_tasks.Decisive!.Value), _tasks.Tasks.State(_tasks.Decisive.Value)));
    }

    [Fact]
    public async Task Look_AtTasksOfWhichNobodyKnowsAnyMore_EndsAndTellsThatTheyFailed()
    {
        foreach (var (i, completion) in _completions.Index())
            completion.Seen = Snapshot(i, TaskState.Pending);
        _completions[2].Finish(Snapshot(2, TaskState.Cancelled));

        var werePending = await _tasks.LookUpAsync(cancel: false).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.False(werePending);
        var tasks = Enumerable.Range(0, 3).Select(i => _tasks.Tasks.Kept(i)!).ToList();
        Assert.Equal([TaskState.Failed, TaskState.Failed, TaskState.Cancelled], tasks.Select(static task => task.State));
        Assert.Equal([TaskError.Forgotten, TaskError.Forgotten], tasks.Take(2).Select(static task => task.Error!.Reason));
    }

    [Fact]
    public void GatherFailed_OfAFailure_TellsSo()
    {
        var problem = GatherProblems.Failed(7, Snapshot(0, TaskState.Failed));

        Assert.Equal(("gather-failed", 424, (object)7), (problem.Type.Name, problem.Type.Status, problem.Members!["index"]));
        Assert.Contains("failed", problem.Detail, StringComparison.Ordinal);
        Assert.Equal(TaskState.Failed, ((TaskResponse)problem.Members["task"]).Status);
    }

    private static TaskSnapshot Snapshot(int number, TaskState state) => new()
    {
        Id = new Guid(number + 1, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0),
        Owner = "",
        Name = null,
        Group = null,
        Message = "Hei",
        DelaySeconds = 1,
        State = state,
        CreatedAt = DateTimeOffset.UnixEpoch,
        DueAt = DateTimeOffset.UnixEpoch,
        FinishedAt = state == TaskState.Pending ? null : DateTimeOffset.UnixEpoch,
        Result = null,
        Error = null,
        Version = 0,
    };

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => throw new NotSupportedException();
    }
}
