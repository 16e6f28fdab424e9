using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work.Handlers;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Sql;

/// <summary>What the end of the service is to work in a database: it is kept, and nobody gets more of it.</summary>
public sealed class WorkEndTests
{
    [Fact]
    public async Task Drain_WhoWaitsForWork_IsToldAndTasksAreKept()
    {
        using var engine = new SqlFixture().Start();
        var waiting = engine.Storage.Work.AcquireAsync(Call(["resize"], waitSeconds: 60), CancellationToken.None).AsTask();
        await engine.Create(Spec(type: "other"));
        var leased = Assert.Single((await engine.Storage.Work.AcquireAsync(Call(["other"]), CancellationToken.None)).Tasks);
        var beat = new WorkHeartbeat { Owner = "", Worker = Worker, Leases = [new LeaseBeat(leased.Token)], Wait = TimeSpan.FromSeconds(60) };
        var held = engine.Storage.Work.HeartbeatAsync(beat, CancellationToken.None).AsTask();
        await engine.Create(Spec(type: "another"));
        await engine.Clock.TimerArmed(TimeSpan.FromSeconds(60), count: 2);

        Assert.Equal(new DrainSummary(0, 0, 2), await engine.Storage.DrainAsync(TimeSpan.FromSeconds(5), CancellationToken.None));

        Assert.Equal(AnswerStatus.ShuttingDown, (await Done(waiting)).Status);
        Assert.True((await Done(held)).Drain);
        Assert.Equal(AnswerStatus.ShuttingDown, (await engine.Storage.Work.AcquireAsync(Call(["another"]), CancellationToken.None)).Status);
        Assert.Equal(TaskState.Completed, (await engine.Finish(WorkOutcome.Returned(leased.Token, Json("1")))).State);
    }

    [Fact]
    public async Task Shutdown_WhileAHandlerRuns_GivesItsTaskBack()
    {
        var barrier = new Work.Handlers.Barrier();

        // Pending, its turn, given back after one attempt that counts for nothing.
        Assert.Equal("8 1 0 1 0 0", await StopInHandler(barrier, (CancellationToken token) => barrier.Pass(token)));
    }

    // That its wait ends, or that nothing more is created, is no fault of its own.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Shutdown_WhileAHandlerWaitsForATaskOrCreatesOne_GivesItsTaskBack(bool waits)
    {
        var barrier = new Work.Handlers.Barrier();

        // In a moment: it is due again, and hasn't its turn.
        Assert.Equal("8 0 0 1 0 0", await StopInHandler(barrier, async (int? input, ITasks tasks, IHostApplicationLifetime program, TaskContext context, CancellationToken token) =>
        {
            var child = waits ? await tasks.CreateAsync(new NewTask("Hei", TimeSpan.FromHours(1)), token) : null;
            _ = barrier.Pass(CancellationToken.None);
            if (child is not null) await child.WaitAsync(cancellationToken: token);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, program.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Until the storage takes no more.
            while (true)
            {
                await context.CreateAsync("resize", 1, new NewTaskOptions { Delay = TimeSpan.FromHours(1) }, token);
                await Task.Yield();
            }
        }, ("Tasks:ShutdownGrace", "00:00:05")));
    }

    // How the task of type test stands when the service has ended.
    private static async Task<object?> StopInHandler(Work.Handlers.Barrier barrier, Delegate handler, params (string Key, string Value)[] settings)
    {
        var folder = TestFolder.Create();
        var path = Path.Combine(folder.FullName, "tasks.db");
        await using (var handlers = new LiveHandlers(handler, [("Tasks:Storage", "Sqlite"), ("Tasks:StoragePath", path), .. settings]))
        {
            await handlers.Create();
            await barrier.Arrival();
        }

        object? row;
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT tasks.state || ' ' || coalesce(ready, 0) || ' ' || running || ' ' || attempt || ' ' || losses || ' ' || errors FROM work JOIN tasks USING (sequence) WHERE type = 'test'";
            row = command.ExecuteScalar();
        }

        folder.Delete(recursive: true);
        return row;
    }

    private static Task<T> Done<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
}
