using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Handlers;

namespace TaskApi.Engine.Work;

/// <summary>Runs the tasks that this process has handlers for, from its start to its stop.</summary>
/// <param name="catalogue">The handlers.</param>
/// <param name="own">The handlers of TaskApi's own types.</param>
/// <param name="source">Where their tasks come from.</param>
/// <param name="children">Where handlers create tasks.</param>
/// <param name="queries">Finds tasks that others have waited for.</param>
/// <param name="scopes">Makes a scope for each attempt.</param>
/// <param name="options">How long handlers may clean up.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="logger">The log.</param>
internal sealed class HandlerRunner(
    HandlerCatalogue catalogue, IEnumerable<BuiltInHandler> own, IWorkSource source, ChildTasks children, ITaskQueries queries, IServiceScopeFactory scopes, IOptions<WorkOptions> options, TimeProvider timeProvider, ILogger<HandlerRunner> logger) : IDisposable
{
    // The longest list of a gather, and room for more.
    private const long LeastParentBytes = 2 * GatherSpec.MostResultBytes;

    private readonly CancellationTokenSource _stopping = new();
    private readonly QuietLogger _logger = new(logger);
    private HandlerLane[] _lanes = [];
    private Task[] _takers = [];
    private ProgressWriter? _progress;
    private OutcomeWriter? _outcomes;

    /// <summary>The types that it runs, and how many tasks of each run just now.</summary>
    public IReadOnlyList<HandlerLane> Lanes => _lanes;

    /// <summary>How many bytes of what their tasks have waited for the handlers of one type may hold; null for its share of an eighth of the memory. To be set before the start.</summary>
    public long? MostParentBytes { get; set; }

    /// <summary>Begins to take tasks. Once.</summary>
    public void Start()
    {
        WorkHandler[] handlers = [.. own, .. catalogue.Handlers];
        if (handlers.Length == 0)
            return;
        // As the tasks show it: which machine ran them.
        var worker = FieldRules.Worker.Allows(Environment.MachineName) ? Environment.MachineName : "handlers";
        _progress = new ProgressWriter(reports => ReportAsync(worker, reports), timeProvider, _logger);
        var tools = new AttemptTools(_progress, timeProvider, _logger);
        var parentBytes = MostParentBytes ?? Math.Max(LeastParentBytes, MemoryBudget.Available / 8 / Math.Max(1, catalogue.Handlers.Count));
        var pipeline = new AttemptPipeline(scopes, _outcomes = new OutcomeWriter(source, _progress, timeProvider, _logger), _logger);
        var pool = new PoolStarter(pipeline);
        _lanes = [.. handlers.Select(handler => new HandlerLane(handler, Starter(handler), source, new ParentTasks(queries, parentBytes), worker, tools, children, options.Value.CancelGrace))];
        _takers = [.. _lanes.Select(lane => Task.Run(() => lane.TakeAsync(_stopping.Token)))];
        if (catalogue.Handlers.Count > 0 && _logger.IsEnabled(LogLevel.Information))
            RunnerLog.Started(_logger, string.Join(", ", catalogue.Handlers.Select(static handler => handler.Type)));

        AttemptStarter Starter(WorkHandler handler) => handler.OnThreads ? new ThreadStarter(pipeline, $"taskapi {handler.Type}", handler.MaxRunning) : pool;
    }

    /// <summary>
    /// Takes no more tasks, and lets handlers go on for <paramref name="grace"/>; then their tokens are cancelled. Those that have not ended when their
    /// time to clean up is over too give their tasks back.
    /// </summary>
    /// <param name="grace">How long they may go on.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_takers);
        if (await HaveEndedAsync(grace, cancellationToken))
            return;
        foreach (var lane in _lanes) lane.Stop();
        if (!await HaveEndedAsync(options.Value.CancelGrace, cancellationToken))
            await ReleaseAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _outcomes?.Close();
        _progress?.Dispose();
        _stopping.Dispose();
    }

    private async ValueTask ReportAsync(string worker, IReadOnlyList<ProgressReport> reports)
    {
        var beats = new LeaseBeat[reports.Count];
        for (var i = 0; i < beats.Length; i++)
        {
            var (attempt, (done, total, note)) = reports[i];
            beats[i] = new LeaseBeat(((LeasedAttempt)attempt).Token, new WorkProgress(done, total, note));
        }

        await source.HeartbeatAsync(new WorkHeartbeat { Owner = null, Worker = worker, Leases = beats, Lease = null }, CancellationToken.None);
    }

    private async Task<bool> HaveEndedAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var ended = Task.WhenAll(_lanes.Select(static lane => lane.Gate.WaitUntilEmptyAsync()));
        if (!ended.IsCompleted && time > TimeSpan.Zero)
            await ended.WaitAsync(time, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ended.IsCompleted;
    }

    private async Task ReleaseAsync()
    {
        // How the others have ended is being told.
        var left = _lanes.SelectMany(static lane => lane.Running()).Where(static attempt => !attempt.Has(AttemptSignals.Ended)).ToArray();
        if (left.Length == 0)
            return;
        foreach (var attempt in left) HandlerLog.LeftRunning(_logger, attempt.Id, attempt.Type, attempt.Attempt);
        try
        {
            await source.FinishAsync(owner: null, [.. left.Select(static attempt => WorkOutcome.Released(attempt.Token))], CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // Then they are lost, which is noticed when this process is gone.
        }
    }
}
