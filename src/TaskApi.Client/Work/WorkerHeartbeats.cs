using TaskApi.Handlers;

namespace TaskApi.Client.Work;

/// <summary>Keeps all leases of a worker alive, and tells the service of progress. Thread-safe.</summary>
/// <param name="link">The service.</param>
/// <param name="options">How long leases last.</param>
/// <param name="lost">Is told of each attempt whose lease is lost.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="ended">Ends it.</param>
internal sealed class WorkerHeartbeats(WorkerLink link, TaskApiWorkerOptions options, Action<WorkerAttempt> lost, TimeProvider timeProvider, CancellationToken ended)
{
    private readonly Lock _gate = new();
    private readonly List<WorkerPulse> _pulses = [];
    private readonly List<Task> _running = [];

    /// <summary>Keeps one more alive.</summary>
    public void Add(WorkerAttempt attempt)
    {
        lock (_gate)
        {
            if (_pulses.Exists(pulse => pulse.TryAdd(attempt)))
                return;
            var pulse = new WorkerPulse(link, options, lost, timeProvider);
            pulse.TryAdd(attempt);
            _pulses.Add(pulse);
            _running.Add(Task.Run(() => pulse.RunAsync(ended)));
        }
    }

    /// <summary>It needs its lease no more.</summary>
    public void Remove(string token)
    {
        foreach (var pulse in Pulses())
        {
            if (pulse.Remove(token))
                return;
        }
    }

    /// <summary>Tells of progress.</summary>
    public async ValueTask ReportAsync(IReadOnlyList<ProgressReport> reports)
    {
        var body = WorkerBodies.Heartbeat(options.NameOrDefault, [.. reports.Select(static report => ((WorkerAttempt)report.Attempt, (AttemptProgress?)report.Progress))], options.Lease, TimeSpan.Zero);
        var answer = await link.PostAsync("work/heartbeat", body, TimeSpan.Zero, WorkerJson.Default.HeartbeatAnswer, ended).ConfigureAwait(false);
        foreach (var pulse in Pulses()) pulse.Tell(answer);
    }

    /// <summary>Completes when it has ended.</summary>
    public Task WhenEnded()
    {
        lock (_gate)
            return Task.WhenAll(_running);
    }

    private WorkerPulse[] Pulses()
    {
        lock (_gate)
            return [.. _pulses];
    }
}
