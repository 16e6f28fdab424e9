using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;

namespace TaskApi.Tests.Faults;

/// <summary>A node that is cut off between any two steps of taking, and of ending, a task of a bounded queue: bounds hold, and no place is lost.</summary>
public sealed class QueueStepTests : IDisposable
{
    // More than one call for work takes.
    private const int Steps = 14;
    private const int Tasks = 60;

    private const string Running = "SELECT count(*) FROM work WHERE running = 1";
    private const string MostOfAKey = "SELECT coalesce(max(tasks), 0) FROM (SELECT count(*) AS tasks FROM work WHERE running = 1 GROUP BY key) AS counted";

    private readonly string _database = PostgresServer.Shared.NewSchema();
    private readonly TcpProxy _network = new(PostgresServer.Shared.Port);
    private readonly TaskApiFactory _node;

    public QueueStepTests() =>
        _node = new TaskApiFactory(("ConnectionStrings:Tasks", _database.Replace($"Port={PostgresServer.Shared.Port}", $"Port={_network.Port}", StringComparison.Ordinal)));

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private IWorkSource Work => _node.Services.GetRequiredService<IWorkSource>();

    public void Dispose()
    {
        _node.Dispose();
        _network.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Node_CutOffAtEachStep_ExceedsNoBound_AndLosesNoPlace(bool answersOnly)
    {
        using var client = _node.CreateDefaultClient();
        await Retried(() => _node.Services.GetRequiredService<IQueues>().SetAsync("", "resize", new QueueSettings { MaxRunning = 3, MaxRunningPerKey = 1 }, Ended));
        await Retried(() => _node.Services.GetRequiredService<ITaskCommands>().CreateManyAsync("", [.. Enumerable.Range(0, Tasks).Select(static i => WorkFixture.Spec(key: $"k{i % 5}"))], watch: false, Ended));

        for (var step = 0; step < Steps; step++)
        {
            _network.CutAt(step, answersOnly);
            await TakeAndFinish();
            await Check();
        }

        _network.CutAt(-1, answersOnly);
        for (var i = 0; PostgresServer.Ask(_database, "SELECT count(*) FROM all_tasks WHERE state = 8") is > 0L; i++)
        {
            Assert.InRange(i, 0, 500);
            await TakeAndFinish();
            await Check();
            _node.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_network.Broken, 5, int.MaxValue);
    }

    private async Task Check()
    {
        await Task.Yield();
        Assert.InRange((long)PostgresServer.Ask(_database, Running)!, 0, 3);
        Assert.InRange((long)PostgresServer.Ask(_database, MostOfAKey)!, 0, 1);
    }

    private async Task TakeAndFinish()
    {
        try
        {
            var tasks = (await Work.AcquireAsync(WorkFixture.Call(["resize"], max: 2, leaseSeconds: 5), Ended)).Tasks;
            await Work.FinishAsync("", [.. tasks.Select(static task => WorkOutcome.Returned(task.Token, "1"u8.ToArray()))], Ended);
        }
        catch (StorageUnavailableException)
        {
            // What was started meanwhile is given back, or lost with its lease.
        }
    }

    private static async Task Retried<T>(Func<ValueTask<T>> act)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                await act();
                return;
            }
            catch (StorageUnavailableException) when (i < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Ended);
            }
        }
    }
}
