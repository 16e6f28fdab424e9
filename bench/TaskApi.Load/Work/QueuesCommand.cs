using System.Globalization;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Work;

/// <summary>
/// Whether a call for work costs more where much waits: a worker takes a task from one of ten queues and gives back the one before, while little waits in them,
/// and while a million wait in a thousand. In turns, so that both have the same machine.
/// </summary>
internal static class QueuesCommand
{
    private const int Queues = 10;
    private const int Rounds = 5;
    private const double TargetRatio = 1.2;

    public static async Task RunAsync(Service few, Service many, Arguments arguments, CancellationToken cancellationToken)
    {
        var (count, queues, calls) = (arguments.Number("count", 1_000_000), arguments.Number("queues", 1_000), arguments.Number("calls", 20_000));
        await TaskStream.CreateAsync(few.Url, WorkLines.Of(TaskLines.PerChunk, "few", Queues), onTask: null, cancellationToken);
        await TaskStream.CreateAsync(many.Url, WorkLines.Of(count, "many", queues), onTask: null, cancellationToken);
        var (little, much, ratios) = (new Sample(), new Sample(), new Sample());
        for (var round = 0; round <= Rounds; round++)
        {
            var (first, second) = (await MeasureAsync(few, "few", calls, cancellationToken), await MeasureAsync(many, "many", calls, cancellationToken));
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {first:0.0} us a call where {TaskLines.PerChunk} wait, {second:0.0} us where {count} do"));
            // The first one warms up.
            if (round == 0) continue;
            little.Add(first);
            much.Add(second);
            ratios.Add(second / first);
        }

        TableRow.Write(
            $"A call for one task, the one before given back with it, {Figures.Short(count)} waiting in {Figures.Count(queues)} queues (beside it: {Figures.Count(TaskLines.PerChunk)} in {Queues})",
            Microseconds(much), Microseconds(little), ratios.At(0.5).ToString("0.00", CultureInfo.InvariantCulture),
            $"≤ {TargetRatio.ToString(CultureInfo.InvariantCulture)}", ratios.At(0.5) <= TargetRatio ? "ok" : "**missed**");
    }

    private static string Microseconds(Sample sample) => string.Create(CultureInfo.InvariantCulture, $"{sample.At(0.5):0.0} µs");

    private static async Task<double> MeasureAsync(Service service, string type, int calls, CancellationToken cancellationToken)
    {
        using var connection = await service.ConnectAsync(cancellationToken);
        var names = string.Join(',', Enumerable.Range(0, Queues).Select(number => $"\"{WorkLines.QueueOf(type, number)}\""));
        var worker = new WorkerConnection(connection, $"\"worker\":\"w\",\"queues\":[{names}]");
        var began = Clock.Mark();
        for (var i = 0; i < calls; i++) await worker.AcquireAsync("\"release\":{}", cancellationToken);
        return Clock.Since(began).TotalMicroseconds / calls;
    }
}
