using System.Buffers;
using System.Globalization;
using System.Text;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Work;

/// <summary>How late URLs are called, many a second; and what calls of a host that is dead do to the calls of others. For a fresh process.</summary>
internal static class DeliveriesCommand
{
    private const int DelayMs = 100;

    public static async Task RunAsync(Service service, Arguments arguments, CancellationToken cancellationToken)
    {
        var (rate, seconds, others, dead) = (arguments.Number("rate", 2_000), arguments.Number("seconds", 10), arguments.Number("others", 200), arguments.Number("dead", 10_000));
        var target = arguments.Number("p99", 50);
        using var receiver = new DeliveryReceiver();
        // Until what runs often has been compiled for good.
        await MeasureAsync(service, receiver, rate, 5, cancellationToken);

        using (var hiccups = new Hiccups())
        {
            var late = await MeasureAsync(service, receiver, rate, seconds, cancellationToken);
            var machine = hiccups.Stop();
            TableRow.Write($"{Figures.Count(rate)} URLs called a second for {seconds} s, on the same machine: late, p99 of {Figures.Count(late.Count)}", Text(late), "≤ " + Figures.Ms(target), late.At(0.99) <= target);
            TableRow.Write("… a thread beside it that only sleeps, late", machine);
            TableRow.Write("… the earliest; how many", $"{Figures.Ms(late.Min)}; {Figures.Count(late.Count)}", "never early; each once", late.Min >= 0 && late.Count == rate * seconds);
        }

        var alone = await MeasureAsync(service, receiver, others, seconds, cancellationToken);
        using var silent = new DeliveryReceiver(isDead: true);
        await CreateAsync(service, silent.Port, dead, Clock.WholeSecondAfter(TimeSpan.Zero), 1_000_000, cancellationToken);
        await Clock.DelayAsync(TimeSpan.FromSeconds(2), cancellationToken);
        if (silent.Late.Count == 0) throw new InvalidDataException("Nobody has called the host that is dead.");
        var beside = await MeasureAsync(service, receiver, others, seconds, cancellationToken);
        var most = alone.At(0.99) + DelayMs;
        TableRow.Write(
            $"{Figures.Count(others)} URLs called a second while {Figures.Count(dead)} calls of a host that is dead are due: late, p99 (beside it: without those)", Text(beside), Text(alone), "",
            "≤ " + Figures.Ms(most), beside.At(0.99) <= most ? "ok" : "**missed**");
    }

    private static string Text(Sample late) => $"{Figures.Ms(late.At(0.99))} (p50 {Figures.Ms(late.At(0.5))}, max {Figures.Ms(late.Max)})";

    private static async Task<Sample> MeasureAsync(Service service, DeliveryReceiver receiver, int rate, int seconds, CancellationToken cancellationToken)
    {
        receiver.Reset();
        var count = rate * seconds;
        var start = Clock.WholeSecondAfter(TimeSpan.FromSeconds(3 + (count / 10_000)));
        await CreateAsync(service, receiver.Port, count, start, rate, cancellationToken);
        if (Clock.Now > start) throw new InvalidDataException("Creating the tasks took too long.");
        await Clock.DelayUntilAsync(start.AddSeconds(seconds), cancellationToken);
        while (receiver.Late.Count < count) await Clock.DelayAsync(TimeSpan.FromMilliseconds(200), cancellationToken);
        return receiver.Late;
    }

    private static async Task CreateAsync(Service service, int port, int count, DateTimeOffset start, int perSecond, CancellationToken cancellationToken)
    {
        var created = await TaskStream.CreateAsync(service.Url, Lines(port, count, start, perSecond), onTask: null, cancellationToken);
        if (created != count) throw new InvalidDataException($"Asked for {count} tasks, got {created}.");
    }

    private static List<byte[]> Lines(int port, int count, DateTimeOffset start, int perSecond)
    {
        var chunks = new List<byte[]>();
        var lines = new ArrayBufferWriter<byte>();
        for (var i = 0; i < count; i++)
        {
            var dueAt = start.AddMilliseconds(i * 1000L / perSecond);
            Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $$$"""{"type":"http","dueAt":"{{{dueAt.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}}}","input":{"url":"http://127.0.0.1:{{{port}}}/{{{dueAt.ToUnixTimeMilliseconds()}}}","body":{"order":{{{i}}}}},"retry":{"maxAttempts":1}}""") + "\n",
                lines);
            if ((i + 1) % TaskLines.PerChunk != 0 && i + 1 != count) continue;
            chunks.Add(HttpRequests.Chunk(lines.WrittenSpan));
            lines.ResetWrittenCount();
        }

        return chunks;
    }
}
