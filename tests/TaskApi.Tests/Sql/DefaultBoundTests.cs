using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;

namespace TaskApi.Tests.Sql;

/// <summary>A bound that the configuration has from a start on, and tasks that were ready before it.</summary>
public sealed class DefaultBoundTests : IDisposable
{
    private readonly SqlFixture _engine = new SqlFixture().Start();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Handlers_OfTasksThatWereReadyBefore_AreBound()
    {
        for (var i = 0; i < 5; i++) await _engine.Create(WorkFixture.Spec(queue: "mail"));
        await _engine.Create(WorkFixture.Spec(queue: "other"));
        _engine.Stop();
        _engine.WorkOptions.Queues["mail"] = new QueueDefaults { MaxRunning = 2 };
        _engine.Start();

        var started = await Acquire();

        Assert.Equal(["mail", "mail", "other"], started.Select(static leased => leased.Task.Work!.Queue).Order());
        Assert.Empty(await Acquire());
        await _engine.Finish(WorkOutcome.Returned(started.First(static leased => leased.Task.Work!.Queue == "mail").Token, "1"u8.ToArray()));
        Assert.Equal("mail", Assert.Single(await Acquire()).Task.Work!.Queue);
    }

    private async Task<LeasedTask[]> Acquire() =>
        (await _engine.Storage.Work.AcquireAsync(WorkAcquire.OfHandlers("here", ["resize"], 1000, TimeSpan.Zero, new Holder()), WorkFixture.Ended)).Tasks;
}
