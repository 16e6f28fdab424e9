using System.Globalization;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Work;

/// <summary>
/// How many tasks a second are created, acquired by workers over HTTP and finished: all at once, from the first line until the last outcome is taken. At one node, or
/// half of it at another. Writes the rates, and no row: some have to be compared.
/// </summary>
internal static class FlowCommand
{
    public static async Task RunAsync(Service service, Service? other, Arguments arguments, CancellationToken cancellationToken)
    {
        var (count, workers, max, rounds) = (arguments.Number("count", 100_000), arguments.Number("workers", 4), arguments.Number("max", 100), arguments.Number("rounds", 3));
        Service[] nodes = other is null ? [service] : [service, other];
        // They wait for their turn, and nobody takes them.
        if (arguments.Number("others", 0) is > 0 and var others) await TaskStream.CreateAsync(service.Url, WorkLines.Of(others, "other"), onTask: null, cancellationToken);
        for (var round = 0; round < rounds; round++)
            Console.WriteLine((await MeasureAsync(nodes, count / nodes.Length / TaskLines.PerChunk * TaskLines.PerChunk, workers, max, cancellationToken)).ToString("0", CultureInfo.InvariantCulture));
    }

    private static async Task<double> MeasureAsync(Service[] nodes, int each, int workers, int max, CancellationToken cancellationToken)
    {
        var left = new Countdown(each * nodes.Length);
        var began = Clock.Mark();
        var creating = nodes.Select(node => TaskStream.CreateAsync(node.Url, WorkLines.Of(each, "flow"), onTask: null, cancellationToken)).ToArray();
        var working = Enumerable.Range(0, workers).Select(number => Task.Run(() => WorkAsync(nodes[number % nodes.Length], number, max, left, cancellationToken), cancellationToken)).ToArray();
        await left.Reached.WaitAsync(cancellationToken);
        var rate = each * nodes.Length / Clock.Since(began).TotalSeconds;
        await Task.WhenAll([.. creating, .. working]);
        return rate;
    }

    private static async Task WorkAsync(Service service, int number, int max, Countdown left, CancellationToken cancellationToken)
    {
        using var connection = await HttpConnection.OpenAsync(service.Url, 256 * 1024, cancellationToken);
        var worker = new WorkerConnection(connection, $"\"worker\":\"w{number}\",\"queues\":[\"flow\"],\"max\":{max},\"waitSeconds\":1");
        try
        {
            while (!left.Reached.IsCompleted)
            {
                var told = worker.Tokens.Count;
                await worker.AcquireAsync("\"result\":1", cancellationToken);
                left.Take(told);
            }
        }
        catch (Exception exception)
        {
            // What it has would be waited for without end.
            left.Fail(exception);
            throw;
        }
    }

    private sealed class Countdown(int count)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = count;

        public Task Reached => _reached.Task;

        public void Fail(Exception exception) => _reached.TrySetException(exception);

        public void Take(int some)
        {
            if (Interlocked.Add(ref _left, -some) == 0 && some > 0) _reached.TrySetResult();
        }
    }
}
