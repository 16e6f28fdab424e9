using System.Globalization;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Events;

/// <summary>A buffer of 16 events: what readers are told of those that they don't want.</summary>
public sealed class PassedEventTests() : EndpointTests(("Tasks:EventBuffer", "16"))
{
    private const string Path = "/tasks/events";
    private const string Quiet = $"{Path}?group=g";

    [Fact]
    public async Task Resume_AQuietStreamWhileOthersDoMuch_IsNotToldOfAGap()
    {
        using var all = await Open(HttpMethod.Get, Path);
        long last, seen;
        using (var stream = await Open(HttpMethod.Get, Quiet))
        {
            last = await CreateOthers(40, all);
            do seen = Number(await stream.Line());
            while (seen < last - 4);
        }

        using var resumed = await Open(HttpMethod.Get, Quiet, null, ("Last-Event-ID", $"{seen}"));
        var mine = await Create("""{"message":"Hei","delaySeconds":100,"group":"g"}""");

        var told = (await resumed.Event())!;
        Assert.Equal(("created", mine.Id(), $"{last + 1}"), (told.Name, told.Data.Id(), told.Id));
    }

    [Fact]
    public async Task Heartbeat_OtherEventsHavePassed_HasTheNumberToResumeFrom()
    {
        using var all = await Open(HttpMethod.Get, Path);
        await CreateOthers(8, all);
        using var stream = await Open(HttpMethod.Get, Quiet);
        var last = await CreateOthers(1, all);

        var line = "";
        for (var i = 0; i < 30 && Number(line) != last; i++)
        {
            // More than once, if it has looked just before.
            if (line!.Length == 0)
                Clock.Advance(Seconds(15));
            line = await stream.Line();
        }

        Assert.Equal(last, Number(line));
        Assert.Equal((":", ""), (await stream.Line(), await stream.Line()));
    }

    // Of the id in a line; 0 if it has none.
    private static long Number(string? line) => line!.StartsWith("id: ", StringComparison.Ordinal) ? long.Parse(line["id: ".Length..], CultureInfo.InvariantCulture) : 0;

    // Answers with the number of the last event, of which the service knows where the streams are.
    private async Task<long> CreateOthers(int count, StreamedReply all)
    {
        await CreateAll([.. Enumerable.Repeat(1_000_000.0, count)]);
        var last = "";
        for (var i = 0; i < count; i++)
            last = (await all.Event())!.Id!;
        return long.Parse(last, CultureInfo.InvariantCulture);
    }
}
