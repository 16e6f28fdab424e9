using TaskApi.Engine.Events;
using TaskApi.Engine.Model;

namespace TaskApi.Tests.Engine;

public sealed class TaskEventLogTests
{
    [Fact]
    public async Task Read_EventsOfATask_ComeInOrderWithNumbersWithoutGaps()
    {
        using var engine = new EngineFixture();
        using var reader = engine.Storage.Events.Open(after: null);
        var task = await engine.Create(5);
        await engine.Storage.RescheduleAsync("", task.Id, new TaskRevision(new TaskSchedule(1), null), condition: null, CancellationToken.None);
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        var events = ReadAll(reader);
        Assert.Equal([TaskEventKind.Created, TaskEventKind.Rescheduled, TaskEventKind.Completed], events.Select(static read => read.Event!.Kind));
        Assert.Equal([0L, 1, 2], events.Select(read => read.Event!.Sequence - events[0].Event!.Sequence));
        Assert.All(events, read => Assert.Equal(task.Id, read.Event!.Task.Id));
        Assert.Equal(TaskState.Pending, events[1].Event!.Task.State);
    }

    [Fact]
    public async Task Read_TooSlowForTheRing_IsToldExactlyWhatItMissed()
    {
        using var engine = new EngineFixture(static options => options.EventBuffer = 16);
        using var reader = engine.Storage.Events.Open(after: null);
        var before = engine.Storage.Events.Last;
        for (var i = 0; i < 40; i++) await engine.Create(60);
        var events = ReadAll(reader);
        Assert.Null(events[0].Event);
        Assert.Equal((before + 1, before + 24), (events[0].GapFrom, events[0].GapTo));
        Assert.Equal(Enumerable.Range(25, 16).Select(i => before + i), events.Skip(1).Select(static read => read.Event!.Sequence));
    }

    [Fact]
    public async Task Open_AfterAShortAbsence_ResumesWhereItLeft()
    {
        using var engine = new EngineFixture();
        var reader = engine.Storage.Events.Open(after: null);
        await engine.Create(60, "seen");
        var seen = ReadAll(reader)[^1].Event!.Sequence;
        reader.Dispose();
        engine.Clock.Advance(TimeSpan.FromSeconds(30));
        await engine.Create(60, "missed");
        using var again = engine.Storage.Events.Open(seen);
        Assert.Equal("missed", Assert.Single(ReadAll(again)).Event!.Task.Message);
    }

    [Fact]
    public async Task Open_WhenNobodyHasReadForLong_IsToldThatThereIsAGap()
    {
        using var engine = new EngineFixture();
        var start = engine.Storage.Events.Last;
        await engine.Create(60);
        await engine.Create(60);
        using var reader = engine.Storage.Events.Open(start);
        var read = Assert.Single(ReadAll(reader));
        Assert.Equal((null, start + 1, start + 2), (read.Event, read.GapFrom, read.GapTo));
    }

    [Fact]
    public void Open_WithANumberThatIsYetToCome_IsToldThatThereIsAGap()
    {
        using var engine = new EngineFixture();
        using var reader = engine.Storage.Events.Open(long.MaxValue);
        Assert.Null(reader.Seen);
        var read = Assert.Single(ReadAll(reader));
        Assert.Equal((null, 0, engine.Storage.Events.Last), (read.Event, read.GapFrom, read.GapTo));
        Assert.Equal(engine.Storage.Events.Last, reader.Seen);
    }

    [Fact]
    public async Task Wait_ForTheNextEvent_CompletesWhenThereIsOne()
    {
        using var engine = new EngineFixture();
        using var reader = engine.Storage.Events.Open(after: null);
        var waiting = reader.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        await engine.Create(60);
        await waiting;
        Assert.True(reader.TryRead(out var read));
        Assert.Equal(TaskEventKind.Created, read.Event!.Kind);
    }

    [Fact]
    public async Task Read_OfLongTasks_IsToldWhatItMissedBeyondTheBytes()
    {
        using var engine = new EngineFixture();
        var log = new TaskEventLog(1000, maxBytes: 1 << 20, engine.Clock);
        using var reader = log.Open(after: null);
        var task = await engine.Create(60) with { Message = new string('m', 100_000) };
        var before = log.Last;

        for (var i = 0; i < 20; i++)
        {
            log.Append(TaskEventKind.Created, task);
            Assert.InRange(log.Bytes, task.Weight, 1 << 20);
        }

        var events = ReadAll(reader);
        Assert.Equal((null, before + 1, before + 16), (events[0].Event, events[0].GapFrom, events[0].GapTo));
        Assert.Equal(Enumerable.Range(17, 4).Select(i => before + i), events.Skip(1).Select(static read => read.Event!.Sequence));
    }

    [Fact]
    public async Task Keep_WhatReadersHaveMade_CountsAndGoesWithTheEvent()
    {
        using var engine = new EngineFixture();
        var log = new TaskEventLog(16, maxBytes: 1 << 20, engine.Clock);
        var task = await engine.Create(60);
        log.Append(TaskEventKind.Created, task);
        var happened = log.Find(log.Last)!;

        log.Keep(happened, new byte[1 << 20]);
        Assert.Null(happened.Rendered);
        log.Keep(happened, new byte[1000]);
        log.Keep(happened, new byte[1000]);
        Assert.Equal((1000, task.Weight + 1000), (happened.Rendered!.Length, log.Bytes));

        for (var i = 0; i < 16; i++) log.Append(TaskEventKind.Created, task);
        Assert.Equal(16 * task.Weight, log.Bytes);
    }

    [Fact]
    public async Task Keep_WhereEventsTakeAllTheyMay_HasRoomForWhatReadersMakeOfTheLatest()
    {
        using var engine = new EngineFixture();
        var log = new TaskEventLog(1000, maxBytes: 1 << 20, engine.Clock);
        for (var i = 0; i < 200; i++)
        {
            log.Append(TaskEventKind.Created, await engine.Create(60) with { Message = new string('m', 8000 + i) });
            var latest = log.Find(log.Last)!;

            log.Keep(latest, new byte[15_000]);

            Assert.NotNull(latest.Rendered);
            Assert.InRange(log.Bytes, 1, 1 << 20);
        }

        Assert.Null(log.Find(log.Last - 199));
    }

    private static List<TaskEventRead> ReadAll(TaskEventReader reader)
    {
        var all = new List<TaskEventRead>();
        while (reader.TryRead(out var read)) all.Add(read);
        return all;
    }
}
