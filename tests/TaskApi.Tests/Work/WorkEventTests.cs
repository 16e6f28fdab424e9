using TaskApi.Engine.Model;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>What is told of work as it happens.</summary>
public sealed class WorkEventTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Events_OfALifeWithEverythingInIt_TellOfEachStep()
    {
        using var events = await _engine.Storage.ReadEventsAsync(after: null, Ended);
        var leased = await _engine.Start(Spec(retry: new RetryPolicy { MaxAttempts = 2, InitialSeconds = 0, Jitter = 0 }));
        await _engine.Raise(leased.Token);
        leased = Assert.Single(await _engine.Acquire());
        await _engine.Finish(WorkOutcome.Released(leased.Token));
        leased = Assert.Single(await _engine.Acquire(leaseSeconds: 1));
        _engine.Advance(1);
        leased = Assert.Single(await _engine.Acquire());
        await _engine.Cancel(leased.Task.Id);
        await _engine.Finish(WorkOutcome.Ended(leased.Token));

        var told = new List<string>();
        while (events.TryRead(out var read))
            told.Add($"{read.Event!.Kind} {read.Event.Task.State} {read.Event.Task.Work!.Attempt} {read.Event.AttemptError?.Reason}".TrimEnd());

        Assert.Equal(
        [
            "Created Pending 0", "Started Running 1", "Retrying Pending 1 ValueError", "Started Running 2", "Retrying Pending 2", "Started Running 3",
            "Retrying Pending 3", "Started Running 4", "Cancelling Running 4", "Cancelled Cancelled 4",
        ], told);
    }

    [Fact]
    public async Task Events_WhileNobodyReads_AreNumbered()
    {
        var before = _engine.Storage.Events.Last;
        var leased = await _engine.Start();
        await _engine.Return(leased.Token);

        Assert.Equal(before + 3, _engine.Storage.Events.Last);
    }

    [Fact]
    public async Task Version_OfATaskWithWork_ChangesWithEachChange()
    {
        var created = await _engine.Create();
        var leased = Assert.Single(await _engine.Acquire());
        var asked = (await _engine.Cancel(created.Id)).Task!;
        await _engine.Finish(WorkOutcome.Ended(leased.Token));

        var done = await _engine.Find(created.Id);
        Assert.Equal((0, 1, 2, 3), (created.Version, leased.Task.Version, asked.Version, done.Version));
    }

    public void Dispose() => _engine.Dispose();
}
