using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Events;

/// <summary>A buffer of 16 events: what those see who come back, or don't keep up.</summary>
public sealed class EventResumeTests() : EndpointTests(("Tasks:EventBuffer", "16"))
{
    private const string Path = "/tasks/events";

    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Resume_WithinTheBuffer_GoesOnWhereItBrokeOff()
    {
        var (first, last) = await Leave(after: 2);
        var ids = await CreateAll([.. Enumerable.Repeat(100.0, 10)]);

        using var stream = await Open(HttpMethod.Get, Path, null, ("Last-Event-ID", $"{last}"));

        foreach (var id in ids)
            Assert.Equal(("created", id, ++last), Told(await stream.Event()));
        Assert.Equal(first + 11, last);
    }

    [Fact]
    public async Task Resume_BeyondTheBuffer_IsToldWhatIsMissing()
    {
        var (_, last) = await Leave(after: 1);
        var ids = await CreateAll([.. Enumerable.Repeat(100.0, 40)]);

        using var stream = await Open(HttpMethod.Get, Path, null, ("Last-Event-ID", $"{last}"));

        var gap = (await stream.Event())!;
        Assert.Equal("gap", gap.Name);
        Assert.Equal(["from", "to"], gap.Data.Members());
        Assert.Equal((last + 1, last + 24), (gap.Data.GetProperty("from").GetInt64(), gap.Data.GetProperty("to").GetInt64()));
        Assert.Equal($"{last + 24}", gap.Id);
        Assert.Equal(("created", ids[24], last + 25), Told(await stream.Event()));
    }

    [Fact]
    public async Task Resume_AfterAGap_DoesNotTellOfItAgain()
    {
        var (_, last) = await Leave(after: 1);
        var ids = await CreateAll([.. Enumerable.Repeat(100.0, 40)]);

        using var stream = await Open(HttpMethod.Get, Path, null, ("Last-Event-ID", $"{last + 24}"));

        Assert.Equal(("created", ids[24], last + 25), Told(await stream.Event()));
    }

    [Fact]
    public async Task Resume_NothingMissed_WaitsForTheNext()
    {
        var (_, last) = await Leave(after: 3);

        using var stream = await Open(HttpMethod.Get, Path, null, ("Last-Event-ID", $"{last}"));
        var id = await Create(100);

        Assert.Equal(("created", id, last + 1), Told(await stream.Event()));
    }

    [Fact]
    public async Task Resume_AfterALongAbsence_IsToldThatEventsAreMissing()
    {
        var (_, last) = await Leave(after: 1);
        Clock.Advance(TimeSpan.FromMinutes(11));
        await CreateAll(100, 100);

        using var stream = await Open(HttpMethod.Get, Path, null, ("Last-Event-ID", $"{last}"));

        var gap = (await stream.Event())!;
        Assert.Equal(("gap", $"{last + 2}"), (gap.Name, gap.Id));
    }

    [Fact]
    public async Task Resume_CutOffBeforeTheFirstEvent_IsToldWhatItMissed()
    {
        var id = await LeaveAtOnce();
        var missed = await CreateAll(100, 100);

        using var stream = await Open(HttpMethod.Get, Path, null, ("Last-Event-ID", id));

        Assert.Equal($"id: {id}", await Begin(stream));
        foreach (var task in missed)
            Assert.Equal(task, (await stream.Event())!.Data.Id());
    }

    [Fact]
    public async Task Resume_CutOffBeforeTheFirstEventForLong_IsToldThatEventsAreMissing()
    {
        var id = await LeaveAtOnce();
        Clock.Advance(TimeSpan.FromMinutes(11));
        await CreateAll(100, 100);

        using var stream = await Open(HttpMethod.Get, Path, null, ("Last-Event-ID", id));

        Assert.Equal("gap", (await stream.Event())!.Name);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000_000)]
    public async Task Resume_ANumberThatIsYetToCome_IsToldThatEventsAreMissing(long ahead)
    {
        var (_, last) = await Leave(after: 1);

        await IsToldOfAGap($"{last + ahead}", last);
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999999")]
    public async Task Resume_ANumberBeyondAll_IsToldThatEventsAreMissing(string lastEventId)
    {
        var (_, last) = await Leave(after: 1);

        await IsToldOfAGap(lastEventId, last);
    }

    [Fact]
    public async Task Resume_ANumberOfLongAgo_IsToldThatEventsAreMissing()
    {
        using var stream = await Open(HttpMethod.Get, Path, null, ("Last-Event-ID", "0"));
        var id = await Create(100);

        Assert.Equal("gap", (await stream.Event())!.Name);
        Assert.Equal(id, (await stream.Event())!.Data.Id());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5")]
    public async Task Resume_WhatIsNoNumber_BeginsWithTheNext(string lastEventId)
    {
        await Leave(after: 1);

        using var stream = await Open(HttpMethod.Get, Path, null, ("Last-Event-ID", lastEventId));
        var id = await Create(100);

        Assert.Equal(id, (await stream.Event())!.Data.Id());
    }

    [Fact]
    public async Task Stream_ReaderTooSlow_IsToldWhatItMissedAndHoldsUpNobody()
    {
        using var slow = await Open(HttpMethod.Get, Path);
        using var quick = await Open(HttpMethod.Get, Path);
        var message = new string('x', 4_096);
        var last = 0L;
        for (var i = 0; i < 200; i++)
        {
            await Create($$"""{"message":"{{message}}","delaySeconds":100}""");
            (_, _, last) = Told(await quick.Event());
        }

        var (seen, missed) = (0L, 0L);
        for (var next = last - 199; next <= last;)
        {
            var read = (await slow.Event())!;
            if (read.Name == "gap")
            {
                Assert.Equal(next, read.Data.GetProperty("from").GetInt64());
                missed += read.Data.GetProperty("to").GetInt64() - next + 1;
                next = read.Data.GetProperty("to").GetInt64() + 1;
                continue;
            }

            Assert.Equal(next++, long.Parse(read.Id!, CultureInfo.InvariantCulture));
            seen++;
        }

        Assert.Equal(200, seen + missed);
        Assert.InRange(missed, 1, 199);
    }

    // The number that the stream has to go on from at its beginning may not be there before the gap has been told.
    private async Task IsToldOfAGap(string lastEventId, long last)
    {
        using var stream = await Open(HttpMethod.Get, Path, null, ("Last-Event-ID", lastEventId));

        Assert.Equal(": open", await Begin(stream));
        var gap = (await stream.Event())!;
        Assert.Equal(("gap", $"{last}"), (gap.Name, gap.Id));
        Assert.Equal((0, last), (gap.Data.GetProperty("from").GetInt64(), gap.Data.GetProperty("to").GetInt64()));
        var id = await Create(100);
        Assert.Equal(("created", id, last + 1), Told(await stream.Event()));
    }

    // A reader goes before it has seen any event; answers with the number that it has.
    private async Task<string> LeaveAtOnce()
    {
        using var stream = await Open(HttpMethod.Get, Path);
        var begin = await Begin(stream);
        await Clock.TimerArmed(_heartbeat);
        stream.Dispose();
        await NobodyReads();
        return begin["id: ".Length..];
    }

    private static async Task<string> Begin(StreamedReply stream)
    {
        Assert.Equal("retry: 2000", await stream.Line());
        return (await stream.Line())!;
    }

    // A reader sees some events and goes; answers with the numbers of the first and the last of them.
    private async Task<(long First, long Last)> Leave(int after)
    {
        using var stream = await Open(HttpMethod.Get, Path);
        await Clock.TimerArmed(_heartbeat);
        await CreateAll([.. Enumerable.Repeat(1000.0, after)]);
        var (_, _, first) = Told(await stream.Event());
        var last = first;
        for (var i = 1; i < after; i++)
            (_, _, last) = Told(await stream.Event());
        stream.Dispose();
        await NobodyReads();
        return (first, last);
    }

    // Streams go to one node.
    private async Task NobodyReads()
    {
        var events = Api.Services.GetRequiredService<ITaskStorage>().Events;
        while (events.Readers > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static (string Name, string Id, long Number) Told(ServerEvent? told) =>
        (told!.Name, told.Data.Id(), long.Parse(told.Id!, CultureInfo.InvariantCulture));
}
