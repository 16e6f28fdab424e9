using TaskApi.Reading;

namespace TaskApi.Tests.Client;

public sealed class ClientEventsTests() : ClientTests(("Tasks:EventBuffer", "16"))
{
    [Fact]
    public async Task Events_OfATask_AreHeardAsTheyHappen()
    {
        var task = await CreateTask(50);
        await CreateTask(60);
        await using var events = Tasks.EventsAsync(new EventFilter { Tasks = [task] }, cancellationToken: Ended).GetAsyncEnumerator(Ended);
        var next = events.MoveNextAsync().AsTask();
        await Clock.TimerArmed(Seconds(15));

        await task.RescheduleAsync(TimeSpan.FromSeconds(5), Ended);
        Assert.True(await next);
        Assert.Equal((TaskEventKind.Rescheduled, 5), (events.Current.Kind, events.Current.Task!.DelaySeconds));
        var first = events.Current.Id;

        await task.CancelAsync(cancellationToken: Ended);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal((TaskEventKind.Cancelled, first + 1), (events.Current.Kind, events.Current.Id));
    }

    [Fact]
    public async Task Events_AfterAnEvent_GoOnWithTheNext()
    {
        var last = await LastEvent();
        await Tasks.CreateAsync(new NewTask("other", Seconds(50)) { Group = "H" }, cancellationToken: Ended);
        await Tasks.CreateAsync(new NewTask("missed", Seconds(50)) { Group = "G" }, cancellationToken: Ended);

        await foreach (var happened in Tasks.EventsAsync(new EventFilter { Group = "G" }, last, Ended))
        {
            Assert.Equal((TaskEventKind.Created, "missed", last + 2), (happened.Kind, happened.Task?.Message, happened.Id));
            break;
        }
    }

    [Fact]
    public async Task Events_AfterOneLongGone_BeginWithAGap()
    {
        var last = await LastEvent();
        for (var i = 0; i < 20; i++)
            await CreateTask(50);

        await using var events = Tasks.EventsAsync(after: last, cancellationToken: Ended).GetAsyncEnumerator(Ended);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal((TaskEventKind.Gap, null, last + 4), (events.Current.Kind, events.Current.Task, events.Current.Id));
        Assert.True(await events.MoveNextAsync());
        Assert.Equal((TaskEventKind.Created, last + 5), (events.Current.Kind, events.Current.Id));
    }

    // The number of an event that has been heard: from here on events are kept.
    private async Task<long> LastEvent()
    {
        await using var events = Tasks.EventsAsync(cancellationToken: Ended).GetAsyncEnumerator(Ended);
        var next = events.MoveNextAsync().AsTask();
        await Clock.TimerArmed(Seconds(15));
        await CreateTask(50);
        Assert.True(await next);
        return events.Current.Id;
    }
}
