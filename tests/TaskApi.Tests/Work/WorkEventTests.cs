using System.Globalization;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
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

        Assert.Equal(
        [
            "Created Pending 0", "Started Running 1", "Retrying Pending 1 ValueError", "Started Running 2", "Retrying Pending 2", "Started Running 3",
            "Retrying Pending 3", "Started Running 4", "Cancelling Running 4", "Cancelled Cancelled 4",
        ], await Read(events, 10, static read => $"{read.Kind} {read.Task.State} {read.Task.Work!.Attempt} {read.AttemptError?.Reason}".TrimEnd()));
    }

    [Fact]
    public async Task Progress_ThatComesTooOften_IsToldOfLaterAndTheLastAlways()
    {
        using var events = await _engine.Storage.ReadEventsAsync(after: null, Ended);
        var leased = await _engine.Start();
        foreach (var done in (double[])[1, 2, 3]) await _engine.Beat(new LeaseBeat(leased.Token, new WorkProgress(done, 9, Note: null)));
        Assert.Equal(["Created ", "Started ", "Progress 1"], await Read(events, 3, ToText));

        _engine.Advance(0.25);
        Assert.Equal(["Progress 3"], await Read(events, 1, ToText));
        await _engine.Beat(new LeaseBeat(leased.Token, new WorkProgress(4, 9, Note: null)));
        await _engine.Return(leased.Token);

        Assert.Equal(["Progress 4", "Completed 4"], await Read(events, 2, ToText));

        static string ToText(TaskEvent read) => string.Create(CultureInfo.InvariantCulture, $"{read.Kind} {read.Task.Work!.Progress?.Done}");
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

    // Where many processes share the tasks, a reader is told a moment later.
    private static async Task<List<string>> Read(TaskEventReader events, int count, Func<TaskEvent, string> toText)
    {
        var told = new List<string>();
        while (told.Count < count)
        {
            for (; events.TryRead(out var read); told.Add(toText(read.Event!))) { }
            if (told.Count < count) await events.WaitAsync(Timeout.InfiniteTimeSpan, Ended).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Ended);
        }

        return told;
    }

    public void Dispose() => _engine.Dispose();
}
