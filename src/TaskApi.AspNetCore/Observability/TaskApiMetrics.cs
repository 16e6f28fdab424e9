using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Observability;

/// <summary>
/// TaskApi's instruments. Most read what is counted anyway, when somebody asks; only what has a distribution is recorded as it
/// happens. Totals of all callers, nothing of a single one. Names and units follow OpenTelemetry's semantic conventions.
/// </summary>
internal sealed class TaskApiMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "TaskApi";

    private static readonly double[] _latenessSeconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] _waitSeconds = [0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600];
    private static readonly double[] _commitSeconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
    private static readonly long[] _commitChanges = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

    /// <param name="meters">Makes the meter, and disposes it with the service.</param>
    /// <param name="queries">Counts the tasks.</param>
    /// <param name="health">Tells how the storage is.</param>
    /// <param name="calls">The calls that are held open.</param>
    /// <param name="limits">How many of those there may be.</param>
    /// <param name="measurements">Gets the instruments that are recorded to.</param>
    /// <param name="work">The instruments of work.</param>
    /// <param name="source">Counts what waits and what runs in each queue.</param>
    public TaskApiMetrics(IMeterFactory meters, ITaskQueries queries, IStorageHealth health, OpenCalls calls, IOptions<LimitOptions> limits, Measurements measurements, WorkMetrics work, IWorkSource source)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("taskapi.task.created", () => queries.GetTotals().Created, "{task}", "Tasks created.");
        meter.CreateObservableCounter("taskapi.task.finished", () => Finished(queries.GetTotals()), "{task}", "Tasks that have reached a final state, by which.");
        meter.CreateObservableUpDownCounter("taskapi.task.pending", () => queries.GetTotals().Pending, "{task}", "Tasks that are pending.");
        meter.CreateObservableUpDownCounter("taskapi.task.running", () => queries.GetTotals().Running, "{task}", "Tasks that are running.");
        meter.CreateObservableUpDownCounter("taskapi.task.ready", () => queries.GetTotals().Ready, "{task}", "Tasks that are due and wait for somebody to run them; they are among those pending.");
        meter.CreateObservableUpDownCounter("taskapi.queue.running", () => work.Running(source.CountByQueue()), "{task}", "Tasks that are running, by queue.");
        meter.CreateObservableUpDownCounter("taskapi.queue.ready", () => work.Ready(source.CountByQueue()), "{task}", "Tasks that are due and wait for somebody to run them, by queue.");
        meter.CreateObservableGauge("taskapi.task.ready.longest", () => health.LongestReady.TotalSeconds, "s", "How long the task that has waited longest for somebody to run it has done so.");
        meter.CreateObservableCounter("taskapi.attempt.retried", () => queries.GetTotals().Retried, "{attempt}", "Attempts after whose error the task was to be begun again.");
        meter.CreateObservableCounter("taskapi.attempt.lost", () => queries.GetTotals().Lost, "{attempt}", "Attempts whose worker was gone.");
        meter.CreateObservableUpDownCounter("taskapi.task.limit", () => queries.GetTotals().Capacity, "{task}", "The most tasks that may be pending.");
        meter.CreateObservableGauge("taskapi.task.overdue", () => health.Overdue.TotalSeconds, "s", "By how much the pending task that should have completed first is overdue.");
        meter.CreateObservableGauge("taskapi.storage.available", () => health.Fault is null ? 1 : 0, "1", "1 if tasks can be changed, 0 while the storage can't be written.");
        meter.CreateObservableUpDownCounter("taskapi.wait.active", () => calls.Count(OpenCallKind.Wait), "{wait}", "Calls that may be waiting.");
        meter.CreateObservableUpDownCounter("taskapi.wait.limit", () => limits.Value.MaxWaits, "{wait}", "The most calls that may be waiting.");
        meter.CreateObservableUpDownCounter("taskapi.stream.active", () => calls.Count(OpenCallKind.Stream), "{stream}", "Streams that are open.");
        meter.CreateObservableUpDownCounter("taskapi.stream.limit", () => limits.Value.MaxStreams, "{stream}", "The most streams that may be open.");
        measurements.Lateness = Histogram(meter, "taskapi.task.lateness", "s", "How long after their due time tasks completed.", _latenessSeconds);
        measurements.Wait = Histogram(meter, "taskapi.wait.duration", "s", "How long calls waited for tasks, by how the wait ended.", _waitSeconds);
        measurements.Commit = Histogram(meter, "taskapi.storage.commit.duration", "s", "How long the storage took to confirm a transaction.", _commitSeconds);
        measurements.CommitSize = Histogram(meter, "taskapi.storage.commit.size", "{change}", "How many changes a transaction made.", _commitChanges);
    }

    private static Measurement<long>[] Finished(StorageTotals totals) =>
    [
        new(totals.Completed, new KeyValuePair<string, object?>("taskapi.task.status", "completed")),
        new(totals.Cancelled, new KeyValuePair<string, object?>("taskapi.task.status", "cancelled")),
        new(totals.Failed, new KeyValuePair<string, object?>("taskapi.task.status", "failed")),
    ];

    private static Histogram<T> Histogram<T>(Meter meter, string name, string unit, string description, T[] bounds)
        where T : struct =>
        meter.CreateHistogram(name, unit, description, tags: null, new InstrumentAdvice<T> { HistogramBucketBoundaries = bounds });
}
