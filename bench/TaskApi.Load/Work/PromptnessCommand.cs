using System.Globalization;
using System.Text.Json;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Work;

/// <summary>At low load: how soon a worker that waits holds a task that comes due, and how soon it hears that it is asked to end.</summary>
internal static class PromptnessCommand
{
    private const int Workers = 10;

    // Until what runs often has been compiled for good.
    private const int WarmUpEach = 100;

    public static async Task RunAsync(Service service, Arguments arguments, CancellationToken cancellationToken)
    {
        var each = arguments.Number("samples", 1000) / Workers;
        var dueMs = double.Parse(arguments.Text("due", "4"), CultureInfo.InvariantCulture);
        var cancelMs = double.Parse(arguments.Text("cancel", "5"), CultureInfo.InvariantCulture);
        await MeasureAsync(service, WarmUpEach, new Sample(), new Sample(), cancellationToken);
        var (held, told) = (new Sample(), new Sample());
        using var hiccups = new Hiccups();
        await MeasureAsync(service, each, held, told, cancellationToken);
        var machine = hiccups.Stop();
        Write("From due to a worker holding the task", held, dueMs);
        Write("From the cancel to the worker having been told", told, cancelMs);
        TableRow.Write("… a thread beside it that only sleeps, late", machine);
        TableRow.Write("… the earliest, by the wall clock", Figures.Ms(held.Min), "never early", held.Min >= 0);
    }

    private static void Write(string what, Sample sample, double targetMs) => TableRow.Write(
        $"{what}, p99 of {Figures.Count(sample.Count)}",
        $"{Figures.Ms(sample.At(0.99))} (p50 {Figures.Ms(sample.At(0.5))}, max {Figures.Ms(sample.Max)})",
        "≤ " + Figures.Ms(targetMs),
        sample.At(0.99) <= targetMs);

    private static Task MeasureAsync(Service service, int each, Sample held, Sample told, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(number => Task.Run(() => WorkAsync(service, number, each, held, told, cancellationToken), cancellationToken)));

    private static async Task WorkAsync(Service service, int number, int each, Sample held, Sample told, CancellationToken cancellationToken)
    {
        var (random, queue) = (new Random(number), WorkLines.QueueOf("prompt", number));
        using var connection = await service.ConnectAsync(cancellationToken);
        using var other = await service.ConnectAsync(cancellationToken);
        var worker = new WorkerConnection(connection, $"\"worker\":\"{queue}\",\"queues\":[\"{queue}\"],\"waitSeconds\":30");
        for (var i = 0; i < each; i++)
        {
            var delay = 0.05 + (random.NextDouble() * 0.1);
            await CallAsync(other, "POST", "/tasks", string.Create(CultureInfo.InvariantCulture, $"{{\"type\":\"prompt\",\"queue\":\"{queue}\",\"delaySeconds\":{delay:0.####}}}"), cancellationToken);
            var (id, dueAt) = TaskOf(await worker.AcquireAsync("\"cancelled\":true", cancellationToken));
            held.Add((Clock.Now - dueAt).TotalMilliseconds);
            // Both directions at once: the worker's sign of life is held open on its connection, and the cancel comes over the other.
            await connection.SendAsync(HttpRequests.Make("POST", "/work/heartbeat", $$"""{"worker":"{{queue}}","leases":[{"token":"{{worker.Tokens[0]}}"}],"waitSeconds":30}"""), cancellationToken);
            await Clock.DelayAsync(TimeSpan.FromMilliseconds(5), cancellationToken);
            var mark = Clock.Mark();
            await other.SendAsync(HttpRequests.Make("DELETE", "/tasks/" + id), cancellationToken);
            var answer = await connection.ReadAnswerAsync(cancellationToken);
            told.Add(Clock.Since(mark).TotalMilliseconds);
            if (answer.Body.Span.IndexOf("\"cancelled\""u8) < 0) throw new InvalidDataException("The worker wasn't told of the cancellation.");
            await other.ReadAnswerAsync(cancellationToken);
        }
    }

    private static (string Id, DateTimeOffset DueAt) TaskOf(ReadOnlyMemory<byte> answer)
    {
        using var document = JsonDocument.Parse(answer);
        var task = document.RootElement.GetProperty("tasks")[0];
        return (task.GetProperty("id").GetString()!, task.GetProperty("dueAt").GetDateTimeOffset());
    }

    private static async Task CallAsync(HttpConnection connection, string method, string target, string json, CancellationToken cancellationToken)
    {
        await connection.SendAsync(HttpRequests.Make(method, target, json), cancellationToken);
        var answer = await connection.ReadAnswerAsync(cancellationToken);
        if (answer.Status is < 200 or > 299) throw new InvalidDataException($"{method} {target} answered {answer.Status}.");
    }
}
