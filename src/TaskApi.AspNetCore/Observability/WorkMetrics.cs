using System.Diagnostics.Metrics;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Observability;

/// <summary>The instruments of work: what becomes of attempts, by type and queue, of each the first hundred that there are.</summary>
internal sealed class WorkMetrics : IWorkObserver
{
    private const string Type = "taskapi.task.type";
    private const string Queue = "taskapi.queue";
    private const string Outcome = "taskapi.attempt.outcome";
    private const string Status = "taskapi.task.status";

    private static readonly double[] _attemptSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];
    private static readonly double[] _turnSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];
    private static readonly string[] _outcomes = Array.ConvertAll(Enum.GetNames<AttemptOutcome>(), static name => name.ToLowerInvariant());
    private static readonly string[] _states = Array.ConvertAll(Enum.GetNames<TaskState>(), static name => name.ToLowerInvariant());

    private readonly BoundedLabels _types = new();
    private readonly BoundedLabels _queues = new();
    private readonly Counter<long> _started;
    private readonly Counter<long> _finished;
    private readonly Histogram<double> _turn;
    private readonly Histogram<double> _attempt;

    /// <param name="meters">Makes the meter, and disposes it with the service.</param>
    /// <param name="measurements">Gets the instruments that are recorded to elsewhere.</param>
    public WorkMetrics(IMeterFactory meters, Measurements measurements)
    {
        var meter = meters.Create(TaskApiMetrics.MeterName);
        _started = meter.CreateCounter<long>("taskapi.attempt.started", "{attempt}", "Attempts that have begun, by type and queue.");
        _finished = meter.CreateCounter<long>("taskapi.work.finished", "{task}", "Tasks with a type that an attempt has brought to a final state, by type and state.");
        measurements.LateLeases = meter.CreateCounter<long>("taskapi.heartbeat.late", "{lease}", "Leases that were over when a heartbeat came for them.");
        _turn = Histogram(meter, "taskapi.attempt.wait", "How long tasks that were due waited for their turn, by queue.", _turnSeconds);
        _attempt = Histogram(meter, "taskapi.attempt.duration", "How long attempts took, by type and outcome.", _attemptSeconds);
    }

    /// <inheritdoc/>
    public void OnStarted(string type, string queue, TimeSpan waited)
    {
        var inQueue = Label(Queue, _queues.Of(queue));
        _started.Add(1, Label(Type, _types.Of(type)), inQueue);
        _turn.Record(waited.TotalSeconds, inQueue);
    }

    /// <inheritdoc/>
    public void OnEnded(string type, AttemptOutcome outcome, TimeSpan took, TaskState state)
    {
        var ofType = Label(Type, _types.Of(type));
        _attempt.Record(took.TotalSeconds, ofType, Label(Outcome, _outcomes[(int)outcome]));
        if (state.IsDone())
            _finished.Add(1, ofType, Label(Status, _states[(int)state]));
    }

    /// <summary>How many tasks of each queue wait for somebody to run them: those beyond the first hundred together.</summary>
    public IEnumerable<Measurement<long>> Ready(IReadOnlyList<QueueCount> counts) => ByQueue(counts, static count => count.Ready);

    /// <summary>How many tasks of each queue run: those beyond the first hundred together.</summary>
    public IEnumerable<Measurement<long>> Running(IReadOnlyList<QueueCount> counts) => ByQueue(counts, static count => count.Running);

    // A queue that has been told of goes on with 0: whoever looks at a series is to see that there is none, rather than nothing.
    private IEnumerable<Measurement<long>> ByQueue(IReadOnlyList<QueueCount> counts, Func<QueueCount, long> of)
    {
        var queues = counts.ToLookup(count => _queues.Of(count.Queue), of);
        return _queues.Known.Union(queues.Select(static queue => queue.Key)).Select(queue => new Measurement<long>(queues[queue].Sum(), Label(Queue, queue)));
    }

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    private static Histogram<double> Histogram(Meter meter, string name, string description, double[] bounds) =>
        meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
