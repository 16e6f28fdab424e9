using System.Globalization;
using System.Text;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Work;

/// <summary>
/// How long a call for one task takes, which finishes the one before, where very many are ready in one queue: of all priorities; and behind those of one
/// key that has as much running as it may, which the call has to look past. --where names the storage, --p99 is the target in milliseconds.
/// </summary>
internal static class PrioritiesCommand
{
    private const int Priorities = 201;

    // Until what runs often has been compiled for good.
    private const int WarmUp = 500;

    public static async Task RunAsync(Service service, Arguments arguments, CancellationToken cancellationToken)
    {
        var (count, calls, target, where) = (arguments.Number("count", 1_000_000), arguments.Number("calls", 3_000), arguments.Number("p99", 5), arguments.Text("where", ""));
        await TaskStream.CreateAsync(service.Url, WorkLines.Of(count, "mixed", static i => Invariant($",\"priority\":{(i * 7919 % Priorities) - 100}")), onTask: null, cancellationToken);
        using var hiccups = new Hiccups();
        var last = 100;
        var mixed = await MeasureAsync(service, "mixed", calls, answer => last >= (last = PriorityOf(answer)), cancellationToken);
        Write($"A call for one task, the one before finished with it, {Figures.Short(count)} ready of {Priorities} priorities{where}: p99 of {Figures.Count(calls)}", mixed, target);

        using var other = await service.ConnectAsync(cancellationToken);
        await other.SendAsync(HttpRequests.Make("PUT", "/queues/keyed", """{"maxRunningPerKey":1}"""), cancellationToken);
        if ((await other.ReadAnswerAsync(cancellationToken)).Status != 200) throw new InvalidDataException("The queue's bound was refused.");
        await TaskStream.CreateAsync(service.Url, WorkLines.Of(count, "keyed", static _ => ",\"key\":\"busy\""), onTask: null, cancellationToken);
        await TaskStream.CreateAsync(
            service.Url, WorkLines.Of((((calls + WarmUp) / TaskLines.PerChunk) + 1) * TaskLines.PerChunk, "keyed", static i => Invariant($",\"key\":\"other-{i % 100}\"")), onTask: null, cancellationToken);
        var busy = new WorkerConnection(other, """ "worker":"busy","queues":["keyed"],"leaseSeconds":3600""");
        if ((await busy.AcquireAsync("", cancellationToken)).Span.IndexOf("\"key\":\"busy\""u8) < 0) throw new InvalidDataException("The busy key isn't first.");
        var keyed = await MeasureAsync(service, "keyed", calls, static answer => answer.IndexOf("\"key\":\"other-"u8) >= 0, cancellationToken);
        Write($"… {Figures.Short(count)} of a key that may run no more are before it{where}: p99", keyed, target);
        TableRow.Write("… a thread beside it that only sleeps, late", hiccups.Stop());
    }

    private static void Write(string what, Sample sample, int target) => TableRow.Write(
        what, $"{Figures.Ms(sample.At(0.99))} (p50 {Figures.Ms(sample.At(0.5))}, max {Figures.Ms(sample.Max)})", "≤ " + Figures.Ms(target), sample.At(0.99) <= target);

    private static async Task<Sample> MeasureAsync(Service service, string queue, int calls, AnswerTest isRight, CancellationToken cancellationToken)
    {
        var sample = new Sample();
        using var connection = await service.ConnectAsync(cancellationToken);
        var worker = new WorkerConnection(connection, $"\"worker\":\"w\",\"queues\":[\"{queue}\"]");
        for (var i = -WarmUp; i < calls; i++)
        {
            var mark = Clock.Mark();
            var answer = await worker.AcquireAsync("\"result\":1", cancellationToken);
            if (i >= 0) sample.Add(Clock.Since(mark).TotalMilliseconds);
            if (worker.Tokens.Count != 1 || !isRight(answer.Span)) throw new InvalidDataException($"Not the task whose turn it is: {Encoding.UTF8.GetString(answer.Span)}");
        }

        return sample;
    }

    private static int PriorityOf(ReadOnlySpan<byte> answer)
    {
        var text = answer[(answer.IndexOf("\"priority\":"u8) + "\"priority\":".Length)..];
        return int.Parse(text[..text.IndexOf((byte)',')], CultureInfo.InvariantCulture);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private delegate bool AnswerTest(ReadOnlySpan<byte> answer);
}
