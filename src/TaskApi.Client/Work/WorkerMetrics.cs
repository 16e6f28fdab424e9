using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TaskApi.Client.Work;

/// <summary>The instruments of workers. Names and units follow OpenTelemetry's semantic conventions; types are those that there are handlers for.</summary>
internal sealed class WorkerMetrics
{
    private const string Type = "taskapi.task.type";
    private static readonly double[] _seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];

    private readonly UpDownCounter<long> _running;
    private readonly Histogram<double> _attempts;
    private readonly Counter<long> _lost;

    /// <param name="meters">Makes the meter, and disposes it with the program.</param>
    public WorkerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("TaskApi.Worker");
        _running = meter.CreateUpDownCounter<long>("taskapi.worker.running", "{task}", "Tasks that this worker's handlers run.");
        _attempts = meter.CreateHistogram(
            "taskapi.worker.attempt.duration", "s", "How long attempts took, by how they ended.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = _seconds });
        _lost = meter.CreateCounter<long>("taskapi.worker.lease.lost", "{lease}", "Leases that were lost: what their attempts say doesn't count.");
    }

    /// <summary>An attempt begins.</summary>
    public void OnStarted(string type) => _running.Add(1, new KeyValuePair<string, object?>(Type, type));

    /// <summary>An attempt has ended.</summary>
    public void OnEnded(string type, string outcome, TimeSpan took)
    {
        _running.Add(-1, new KeyValuePair<string, object?>(Type, type));
        _attempts.Record(took.TotalSeconds, new TagList { { Type, type }, { "taskapi.task.outcome", outcome } });
    }

    /// <summary>A lease is lost.</summary>
    public void OnLost(string type) => _lost.Add(1, new KeyValuePair<string, object?>(Type, type));
}
