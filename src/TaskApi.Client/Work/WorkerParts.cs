using TaskApi.Client.Http;
using TaskApi.Handlers;

namespace TaskApi.Client.Work;

/// <summary>What a worker is made of, put together.</summary>
internal sealed class WorkerParts : IDisposable
{
    private const int MostQueues = 100;

    private readonly TimeProvider _timeProvider;
    private readonly ProgressWriter _progress;

    public WorkerParts(
        TaskApiWorkerOptions options, HandlerCatalogue catalogue, HttpClient http, IServiceScopeFactory scopes, WorkerMetrics metrics, TimeProvider timeProvider, ILogger logger, CancellationToken ended)
    {
        _timeProvider = timeProvider;
        var transport = new Transport(http, new TaskApiClientOptions { ApiKey = options.ApiKey, Timeout = options.Timeout, TimeProvider = timeProvider });
        Link = new WorkerLink(transport, logger);
        Heartbeats = new WorkerHeartbeats(Link, options, attempt => Desk!.OnLost(attempt), timeProvider, ended);
        _progress = new ProgressWriter(Heartbeats.ReportAsync, timeProvider, logger);
        Outbox = new WorkerOutbox(Link, _progress, outcome => Desk!.OnTold(outcome), timeProvider, logger);
        var tools = new AttemptTools(_progress, timeProvider, logger);
        Desk = new WorkerDesk(options, catalogue, Heartbeats, Outbox, tools, new WorkerChildren(transport), metrics);
        var pipeline = new AttemptPipeline(scopes, Desk, logger);
        var pool = new PoolStarter(pipeline);
        var shared = new HandlerGate(options.Concurrency);
        foreach (var handler in catalogue.Handlers)
        {
            AttemptStarter starter = handler.OnThreads ? new ThreadStarter(pipeline, $"taskapi {handler.Type}", handler.MaxRunning) : pool;
            Desk.Add(handler, starter, handler.HasOwnBound ? new HandlerGate(handler.MaxRunning) : shared);
        }

        Lanes = [.. MakeLanes(catalogue, options, shared, logger)];
        Gates = [.. catalogue.Handlers.Select(Desk.GateOf).Distinct()];
    }

    public WorkerLink Link { get; }

    public WorkerHeartbeats Heartbeats { get; }

    public WorkerOutbox Outbox { get; }

    public WorkerDesk Desk { get; }

    public WorkerLane[] Lanes { get; }

    /// <summary>Bound how many tasks run.</summary>
    public HandlerGate[] Gates { get; }

    /// <summary>Waits until no handler runs any more; false if the time was over before.</summary>
    public async Task<bool> HaveEndedAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var ended = Task.WhenAll(Gates.Select(static gate => gate.WaitUntilEmptyAsync()));
        if (!ended.IsCompleted && time > TimeSpan.Zero)
            await ended.WaitAsync(time, _timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ended.IsCompleted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Desk.Dispose();
        _progress.Dispose();
    }

    // Who has a bound of its own has calls of its own, so that it is asked for exactly what it has room for.
    private IEnumerable<WorkerLane> MakeLanes(HandlerCatalogue catalogue, TaskApiWorkerOptions options, HandlerGate shared, ILogger logger)
    {
        string[] together = options.Queues.Count > 0 ? [.. options.Queues] : [.. catalogue.Handlers.Where(static handler => !handler.HasOwnBound).Select(static handler => handler.Type)];
        if (together.Length > MostQueues)
            throw new InvalidOperationException($"A worker asks for at most {MostQueues} queues at once, and this one has {together.Length} handlers: give some a MaxRunning, or put their tasks into common Queues.");
        if (together.Length > 0)
        {
            yield return catalogue.Handlers.All(static handler => handler.HasOwnBound)
                ? NewLane(together, [.. catalogue.Handlers.Select(Desk.GateOf)], options.Concurrency)
                : NewLane(together, [shared], look: 0);
        }

        if (options.Queues.Count > 0)
            yield break;
        foreach (var handler in catalogue.Handlers.Where(static handler => handler.HasOwnBound))
            yield return NewLane([handler.Type], [Desk.GateOf(handler)], look: 0);

        WorkerLane NewLane(string[] queues, HandlerGate[] gates, int look) =>
            new(queues, new WorkerRoom(gates, look, _timeProvider), options, Link, Outbox, Desk.Begin, _timeProvider, logger);
    }
}
