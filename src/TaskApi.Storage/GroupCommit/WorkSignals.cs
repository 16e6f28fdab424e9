using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Whoever is to be told of work in this process, once what there is to tell is on disk: those who wait for tasks, and those who run them. Thread-safe.</summary>
/// <param name="counters">Knows whose tasks they are.</param>
/// <param name="acquires">The calls for work that wait.</param>
/// <param name="observer">Is told for metrics; null for nobody.</param>
/// <param name="isShared">True if other processes start and end attempts, too.</param>
internal sealed class WorkSignals(ICounters counters, AcquireWaiters acquires, IWorkObserver? observer, bool isShared)
{
    // Of the transaction that is told of.
    private readonly HashSet<(int Owner, string Worker)> _dismissed = [];

    /// <summary>The calls for work that wait.</summary>
    public AcquireWaiters Acquires => acquires;

    /// <summary>The heartbeats that are held open.</summary>
    public HeartbeatWaiters Heartbeats { get; } = new();

    /// <summary>Who runs what.</summary>
    public RunningAttempts Running { get; } = new(isShared);

    /// <summary>Tells of a transaction. By the writer, in the order of the transactions.</summary>
    public void Send(WorkNews news)
    {
        foreach (var (sequence, attempt) in news.Started) Running.Note(sequence, attempt);
        foreach (var (sequence, attempt) in news.Beaten) Running.Take(sequence, attempt.Attempt, attempt.Owner, attempt.Worker);
        foreach (var told in news.Told) Tell(told);
        _dismissed.Clear();
        foreach (var ended in news.Ended) End(ended);
        foreach (var ((owner, queue, type), count) in news.Ready) acquires.Wake(counters.Owner(owner).Name, queue, type, count);
        foreach (var queue in news.Freed) WakeBounded(queue);
        if (news.Queues.Count > 0) acquires.WakeAll();
        if (observer is not null) Report(observer, news);
    }

    /// <summary>Has all who wait look again: what has happened meanwhile is not known, or nothing more will.</summary>
    public void WakeAll()
    {
        acquires.WakeAll();
        Heartbeats.WakeAll();
    }

    /// <summary>Tasks of a bounded queue may start that couldn't before.</summary>
    public void WakeBounded(QueueName queue) => acquires.WakeBounded(counters.Owner(queue.Owner).Name, queue.Name);

    private void End(in EndedAttempt ended)
    {
        var worker = Running.End(ended.Sequence, ended.Attempt) ?? ended.Worker;
        // A worker that is gone has lost all that it ran: once is enough.
        if (ended.IsLost && _dismissed.Add((ended.Owner, worker))) acquires.Dismiss(counters.Owner(ended.Owner).Name, worker);
    }

    private void Tell(in AttemptNews told)
    {
        if (Running.FindHolder(told.Sequence, told.Token.Attempt) is { } holder)
        {
            if (told.Cancel is { } notice) holder.OnCancelRequested(notice);
            else holder.OnLeaseLost(told.Token);
        }

        Heartbeats.Wake(told.Sequence);
    }

    private static void Report(IWorkObserver observer, WorkNews news)
    {
        foreach (var report in news.Reports)
        {
            if (report.Outcome is { } outcome) observer.OnEnded(report.Type, outcome, report.Time, report.State);
            else observer.OnStarted(report.Type, report.Queue, report.Time);
        }
    }
}
