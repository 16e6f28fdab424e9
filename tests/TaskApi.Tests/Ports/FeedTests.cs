using TaskApi.Engine.Events;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Ports;

/// <summary>What <see cref="ITaskFeed"/> promises.</summary>
public sealed class FeedTests : PortTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Read_FromNow_HasWhatHappensInOrderAndInAnUnbrokenRow()
    {
        await Create(Spec(10));
        using var reader = await Feed.ReadEventsAsync(after: null, Ended);
        var task = await Create(Spec(10));
        await Reschedule(task.Id, 1);
        Advance(1);
        var cancelled = await Create(Spec(10));
        await Cancel(cancelled.Id);

        var events = await Read(reader, 5);

        Assert.Equal(
            [(TaskEventKind.Created, task.Id), (TaskEventKind.Rescheduled, task.Id), (TaskEventKind.Completed, task.Id), (TaskEventKind.Created, cancelled.Id), (TaskEventKind.Cancelled, cancelled.Id)],
            events.Select(static read => (read.Kind, read.Task.Id)));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => events[0].Sequence + i), events.Select(static read => read.Sequence));
        Assert.All(events, static read => Assert.Equal(read.Kind.IsFinal(), read.Task.IsDone));
    }

    [Fact]
    public async Task Read_AfterOneThatWasSeen_GoesOnBehindIt()
    {
        using var before = await Feed.ReadEventsAsync(after: null, Ended);
        await Create(Spec(10));
        var task = await Create(Spec(10));
        var seen = (await Read(before, 2))[0];

        using var reader = await Feed.ReadEventsAsync(seen.Sequence, Ended);

        Assert.Equal(task.Id, Assert.Single(await Read(reader, 1)).Task.Id);
    }

    private static async Task<List<TaskEvent>> Read(TaskEventReader reader, int count)
    {
        using var patience = new CancellationTokenSource(_patience);
        var events = new List<TaskEvent>();
        while (events.Count < count)
        {
            if (reader.TryRead(out var read))
                events.Add(Assert.IsType<TaskEvent>(read.Event));
            else
                await reader.WaitAsync(_patience, patience.Token);
            Assert.False(patience.IsCancellationRequested, $"Only {events.Count} events.");
        }

        return events;
    }
}
