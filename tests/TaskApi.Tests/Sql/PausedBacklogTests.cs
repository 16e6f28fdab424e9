using Microsoft.Data.Sqlite;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;

namespace TaskApi.Tests.Sql;

/// <summary>A queue that is bounded, or paused, when much waits in it already: whoever takes by type doesn't go through all of that each time.</summary>
public sealed class PausedBacklogTests : IDisposable
{
    private const int Count = 3000;

    private readonly SqlFixture _engine = new SqlFixture().Start();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Handler_BesideAPausedQueue_GetsItsTaskAndTheQueueItsOwn(bool keyed)
    {
        for (var i = 0; i < Count; i++) await _engine.Create(WorkFixture.Spec(queue: "bulk"));
        await _engine.Create(WorkFixture.Spec(queue: "other"));
        _engine.Stop();
        _engine.WorkOptions.Queues["bulk"] = new QueueDefaults { Paused = true, MaxRunningPerKey = keyed ? 1 : 0 };
        _engine.Start();

        var call = WorkAcquire.OfHandlers("here", ["resize"], 1, TimeSpan.FromSeconds(60), new Holder());
        var started = (await _engine.Storage.Work.AcquireAsync(call, WorkFixture.Ended)).Tasks;

        Assert.Equal("other", Assert.Single(started).Task.Work!.Queue);
        _engine.Stop();
        Assert.InRange(Ready(1), 0, 1004);
        Assert.Equal(Count, Ready(1) + Ready(2));

        // All of it starts once it may.
        _engine.WorkOptions.Queues["bulk"] = new QueueDefaults { MaxRunning = 100_000 };
        _engine.Start();
        var count = 0;
        while (count < Count)
        {
            var more = (await _engine.Storage.Work.AcquireAsync(WorkAcquire.OfHandlers("here", ["resize"], 1000, TimeSpan.FromSeconds(60), new Holder()), WorkFixture.Ended)).Tasks;
            Assert.NotEmpty(more);
            count += more.Length;
        }

        Assert.Equal(Count, count);
    }

    private long Ready(int ready)
    {
        using var connection = new SqliteConnection($"Data Source={_engine.DatabasePath};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var ask = new SqliteCommand("SELECT count(*) FROM work WHERE ready = $ready", connection);
        ask.Parameters.AddWithValue("$ready", ready);
        return (long)ask.ExecuteScalar()!;
    }
}
