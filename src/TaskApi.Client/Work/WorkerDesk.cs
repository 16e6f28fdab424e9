using TaskApi.Handlers;

namespace TaskApi.Client.Work;

/// <summary>Where attempts begin and end: what comes is given to its handler, and what becomes of it to the outbox. Thread-safe.</summary>
/// <param name="options">How long handlers may clean up.</param>
/// <param name="catalogue">The handlers.</param>
/// <param name="heartbeats">Keeps leases alive.</param>
/// <param name="outbox">Tells outcomes.</param>
/// <param name="tools">What handlers may do.</param>
/// <param name="children">Creates tasks for them.</param>
/// <param name="metrics">The instruments.</param>
internal sealed class WorkerDesk(
    TaskApiWorkerOptions options, HandlerCatalogue catalogue, WorkerHeartbeats heartbeats, WorkerOutbox outbox, AttemptTools tools, WorkerChildren children, WorkerMetrics metrics) : IAttemptOutcomes, IDisposable
{
    // After so long what this worker can't run is offered again.
    private const double UnknownSeconds = 10;
    private const int MostComplaints = 1_000;
    private static readonly TimeSpan _complaints = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (AttemptStarter Starter, HandlerGate Gate)> _places = [];
    private readonly Dictionary<string, long> _complained = [];
    private readonly HashSet<WorkerAttempt> _running = [];
    private bool _isClosed;

    /// <summary>Says how a handler's attempts begin, and how many may. Before anything comes.</summary>
    public void Add(WorkHandler handler, AttemptStarter starter, HandlerGate gate) => _places.Add(handler.Type, (starter, gate));

    /// <summary>What bounds a handler.</summary>
    public HandlerGate GateOf(WorkHandler handler) => _places[handler.Type].Gate;

    /// <summary>Nothing more begins: what comes is given back.</summary>
    public void Close()
    {
        lock (_gate)
            _isClosed = true;
    }

    /// <summary>All that run.</summary>
    public WorkerAttempt[] Running()
    {
        lock (_gate)
            return [.. _running];
    }

    /// <summary>Tasks have come; answers whose they are.</summary>
    public BegunTasks Begin(LeasedAnswer[] tasks)
    {
        var begun = new BegunTasks([], []);
        lock (_gate)
        {
            foreach (var task in tasks) Begin(task, begun);
        }

        outbox.Tell();
        return begun;
    }

    /// <inheritdoc/>
    public void Add(HandlerAttempt attempt, in HandlerOutcome outcome)
    {
        var ended = (WorkerAttempt)attempt;
        metrics.OnEnded(ended.Type, AttemptTracing.NameOf(outcome.Kind), tools.TimeProvider.GetElapsedTime(ended.StartedAt));
        lock (_gate)
        {
            _running.Remove(ended);
            // What is lost, or has been given back, has nothing more to say.
            if (ended.Has(AttemptSignals.Lost))
                ended.Leave();
            else
                outbox.Add(new WorkerOutcome(ended.Id, ended.Token, ended, outcome));
        }

        // First the room, then the word: a call for tasks that waited for room takes it along.
        ended.Gate.Leave(1);
        outbox.Tell();
    }

    /// <summary>A lease is lost: the handler is told, and what it says is dropped.</summary>
    public void OnLost(WorkerAttempt attempt)
    {
        WorkerLog.LeaseLost(tools.Logger, attempt.Id, attempt.Type, attempt.Attempt);
        metrics.OnLost(attempt.Type);
        attempt.Lose(options.CancelGrace);
        outbox.Drop(attempt.Token);
    }

    /// <summary>An outcome is told.</summary>
    public void OnTold(WorkerOutcome outcome)
    {
        heartbeats.Remove(outcome.Token);
        outcome.Attempt?.Leave();
    }

    /// <summary>Gives back all that run, whatever their handlers do.</summary>
    public void ReleaseAll()
    {
        lock (_gate)
        {
            foreach (var attempt in _running)
            {
                HandlerLog.LeftRunning(tools.Logger, attempt.Id, attempt.Type, attempt.Attempt);
                if (attempt.TryNote(AttemptSignals.Lost))
                    outbox.Add(new WorkerOutcome(attempt.Id, attempt.Token, attempt: null, HandlerOutcome.Released));
            }
        }

        outbox.Tell();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (starter, _) in _places.Values) starter.Close();
    }

    private void Begin(LeasedAnswer task, in BegunTasks begun)
    {
        if (catalogue.Find(task.Type) is not { } handler)
        {
            Complain(task.Type);
            Release(task, UnknownSeconds);
            return;
        }

        var (starter, gate) = _places[handler.Type];
        begun.Seen.Add(gate);
        if (_isClosed || (handler.HasOwnBound && gate.Room == 0))
        {
            begun.Full.Add(gate);
            Release(task, _isClosed ? 0 : WorkerRoom.Full.TotalSeconds);
            return;
        }

        var attempt = new WorkerAttempt(task, handler, gate, tools, children);
        _running.Add(attempt);
        gate.Enter(1);
        heartbeats.Add(attempt);
        metrics.OnStarted(attempt.Type);
        starter.Start([attempt]);
    }

    private void Release(LeasedAnswer task, double delaySeconds) =>
        outbox.Add(new WorkerOutcome(task.Id, task.Lease.Token, attempt: null, HandlerOutcome.Released with { DelaySeconds = delaySeconds }));

    private void Complain(string type)
    {
        var now = tools.TimeProvider.GetTimestamp();
        if (_complained.TryGetValue(type, out var last) && tools.TimeProvider.GetElapsedTime(last, now) < _complaints)
            return;
        if (_complained.Count == MostComplaints)
            _complained.Clear();
        _complained[type] = now;
        WorkerLog.NoHandler(tools.Logger, type, UnknownSeconds);
    }
}
