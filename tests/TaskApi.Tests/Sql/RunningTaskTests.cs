using Microsoft.Data.Sqlite;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Tests.Sql;

/// <summary>A task that is running is neither pending nor done, wherever a database's rows are asked. (None runs by itself yet: the file says so.)</summary>
public sealed class RunningTaskTests : IDisposable
{
    private readonly SqlFixture _engine = new SqlFixture().Start();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Running_LongAfter_IsShownAwaitedAndNotForgotten()
    {
        var running = await CreateRunning();
        var completed = await _engine.Create(1);
        _engine.Clock.Advance(TimeSpan.FromSeconds(1));
        _engine.Clock.Advance(TimeSpan.FromHours(2));
        await _engine.Create(60);

        var found = (await _engine.Find(running.Id))!;
        Assert.Equal((TaskState.Running, false, null, null, null), (found.State, found.IsDone, found.FinishedAt, found.Result, found.Error));
        Assert.False((await _engine.Watch(running.Id)).IsCompleted);
        // Those that are done go on being forgotten beside it.
        Assert.Null(await _engine.Find(completed.Id));
    }

    [Fact]
    public async Task Running_Rescheduled_IsRefusedAsRunning()
    {
        var running = await CreateRunning();
        var change = new TaskRevision(new TaskSchedule(5), Message: null);

        Assert.Equal(AnswerStatus.IsRunning, (await _engine.Storage.RescheduleAsync("", running.Id, change, condition: null, CancellationToken.None)).Status);
        Assert.Equal(TaskState.Running, (await _engine.Find(running.Id))!.State);
    }

    [Fact]
    public async Task Running_Cancelled_IsNotCountedAsDone()
    {
        var running = await CreateRunning();

        Assert.Equal((AnswerStatus.Ok, TaskState.Running), await _engine.Cancel(running.Id) is { Task: { } task } answer ? (answer.Status, task.State) : default);
        Assert.Equal((1, 0), await _engine.Stats() is var stats ? (stats.Pending, stats.Cancelled) : default);
    }

    [Fact]
    public void Counts_OfARunningTask_AreThoseOfOneThatIsNotDone()
    {
        var counts = new OwnerCounts(1, "somebody", created: 3, completed: 1, cancelled: 0, failed: 0);
        counts.CountCreated();
        counts.CountFinished(TaskState.Failed);
        Assert.Equal((4, 1, 2), (counts.CreatedAfter, counts.FinishedAfter(TaskState.Failed), counts.Pending));

        counts.Commit();

        Assert.Equal((4, 2, 0), (counts.Created, counts.Pending, counts.Finished(TaskState.Running)));
    }

    private async Task<TaskSnapshot> CreateRunning()
    {
        var task = await _engine.Create(10);
        _engine.Stop();
        using (var connection = new SqliteConnection($"Data Source={_engine.DatabasePath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE tasks SET state = 4";
            command.ExecuteNonQuery();
        }

        _engine.Start();
        return task;
    }
}
