using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>The event stream with many subscribers, each of which gets every event.</summary>
internal static class EventsCommand
{
    private const int EventsPerTask = 2;
    private const double Enough = 0.95;
    private static readonly byte[] _create = HttpRequests.Make("POST", "/tasks", """{"message":"Hei task","delaySeconds":0.5}""");

    public static async Task RunAsync(Service service, ServerProcess process, Arguments arguments, CancellationToken cancellationToken)
    {
        var (subscribers, rate, seconds) = (arguments.Number("subscribers", 1000), arguments.Number("rate", 1000), arguments.Number("seconds", 10));
        var readers = new EventSubscriber[subscribers];
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = new Task[subscribers];
        for (var i = 0; i < subscribers; i++)
        {
            // One in fifty also looks at the times.
            readers[i] = await EventSubscriber.OpenAsync(service, timed: i % 50 == 0, cancellationToken);
            var reader = readers[i];
            reading[i] = Task.Run(() => reader.ReadAsync(leaving.Token), cancellationToken);
        }

        var (mark, before) = (Clock.Mark(), process.ProcessorTime);
        var tasks = await CreateAsync(service, rate / EventsPerTask, seconds, cancellationToken);
        var expected = (long)tasks * EventsPerTask;
        var achieved = expected / Clock.Since(mark).TotalSeconds;
        for (var i = 0; i < 50 && readers.Any(reader => reader.Events < expected); i++) await Clock.DelayAsync(TimeSpan.FromMilliseconds(200), cancellationToken);
        var share = (process.ProcessorTime - before) / Clock.Since(mark);
        await leaving.CancelAsync();
        await Task.WhenAll(reading);

        var delivered = readers.Sum(static reader => reader.Events);
        var gaps = readers.Sum(static reader => reader.Gaps);
        var latency = new Sample();
        foreach (var late in readers.SelectMany(static reader => reader.LatencyMs)) latency.Add(late);
        TableRow.Write(
            $"{Figures.Count(subscribers)} subscribers, {Figures.Count(rate)} events/s for {seconds} s: delivered",
            $"{Figures.Percent((double)delivered / (expected * subscribers))}, {Figures.Count(gaps)} gaps, {Figures.Count(achieved)} events/s",
            "all, no gap",
            delivered == expected * subscribers && gaps == 0 && achieved > Enough * rate);
        TableRow.Write("… from the event to the subscriber", $"p50 {Figures.Ms(latency.At(0.5))}, p99 {Figures.Ms(latency.At(0.99))}");
        TableRow.Write("… processor time of the service", Figures.Percent(share) + " of a core");
    }

    private static async Task<int> CreateAsync(Service service, int perSecond, int seconds, CancellationToken cancellationToken)
    {
        using var connection = await service.ConnectAsync(cancellationToken);
        var start = Clock.Mark();
        for (var i = 0; i < perSecond * seconds; i++)
        {
            await Clock.DelayAsync(TimeSpan.FromSeconds((double)i / perSecond) - Clock.Since(start), cancellationToken);
            await connection.SendAsync(_create, cancellationToken);
            var answer = await connection.ReadAnswerAsync(cancellationToken);
            if (answer.Status != 202) throw new InvalidDataException($"POST /tasks answered {answer.Status}.");
        }

        return perSecond * seconds;
    }
}
