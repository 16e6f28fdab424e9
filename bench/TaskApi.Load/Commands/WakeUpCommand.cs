using System.Globalization;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>How soon a long-poller holds the answer, at low load: a hundred waits a second. It may wait at another node than the one that creates.</summary>
internal static class WakeUpCommand
{
    private const int Pollers = 10;

    // About ten seconds: until what runs often has been compiled for good.
    private const int WarmUpEach = 100;

    public static async Task RunAsync(Service service, Arguments arguments, CancellationToken cancellationToken)
    {
        var each = arguments.Number("samples", 1000) / Pollers;
        var targetMs = double.Parse(arguments.Text("p99", "3"), CultureInfo.InvariantCulture);
        var other = new Service(new Uri(arguments.Text("wait-at", service.Url.ToString())));
        await PollAsync(service, other, new LongPollers(other), WarmUpEach, cancellationToken);
        var measured = new LongPollers(other);
        using var hiccups = new Hiccups();
        await PollAsync(service, other, measured, each, cancellationToken);
        var machine = hiccups.Stop();
        var latency = measured.Latency;
        TableRow.Write(
            $"From due to a long-poller{(other.Url == service.Url ? "" : " at another node")} holding the answer, p99 of {Figures.Count(latency.Count)}",
            $"{Figures.Ms(latency.At(0.99))} (p50 {Figures.Ms(latency.At(0.5))}, max {Figures.Ms(latency.Max)})",
            "≤ " + Figures.Ms(targetMs),
            latency.At(0.99) <= targetMs);
        TableRow.Write("… a thread beside it that only sleeps, late", machine);
        TableRow.Write("… the earliest, by the wall clock", Figures.Ms(latency.Min), "never early", latency.Min >= 0);
    }

    private static Task PollAsync(Service service, Service other, LongPollers pollers, int each, CancellationToken cancellationToken)
    {
        var polling = new Task[Pollers];
        for (var i = 0; i < Pollers; i++)
        {
            var random = new Random(i);
            polling[i] = Task.Run(() => PollAsync(service, other, pollers, each, random, cancellationToken), cancellationToken);
        }

        return Task.WhenAll(polling);
    }

    private static async Task PollAsync(Service service, Service other, LongPollers pollers, int each, Random random, CancellationToken cancellationToken)
    {
        using var connection = await service.ConnectAsync(cancellationToken);
        using var waiting = await other.ConnectAsync(cancellationToken);
        for (var i = 0; i < each; i++)
        {
            var delay = 0.05 + (random.NextDouble() * 0.1);
            var body = string.Create(CultureInfo.InvariantCulture, $"{{\"message\":\"Hei task\",\"delaySeconds\":{delay:0.####}}}");
            await connection.SendAsync(HttpRequests.Make("POST", "/tasks", body), cancellationToken);
            var created = await connection.ReadAnswerAsync(cancellationToken);
            await pollers.WaitAsync(waiting, TaskAnswer.IdOf(created.Body.Span), cancellationToken);
        }
    }
}
