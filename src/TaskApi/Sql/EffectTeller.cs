using TaskApi.Engine;

namespace TaskApi.Sql;

/// <summary>
/// Tells what a transaction did, once it is on disk: events to the log, final states to those who wait, and to the statistics
/// how late they came. Told by the writer, in the order of the transactions.
/// </summary>
internal sealed class EffectTeller(TaskEventLog events, WatchTable watches, Ledger ledger, RunClock clock, SqliteStorage storage, ILogger logger, Measurements measurements)
{
    private readonly CompletionDispatcher _dispatcher = new(events, logger);
    private readonly LatenessHistogram _lateness = new(measurements);
    private readonly Lock _latenessGate = new();
    private readonly Queue<(long Sequence, TaskCompletion Completion)> _untold = new();

    /// <summary>True if tasks that are created are probably going to be shown to others than who created them.</summary>
    public bool ShowsCreated => events.IsRecording || logger.IsEnabled(LogLevel.Debug);

    /// <summary>True if tasks that finish are probably going to be shown to somebody.</summary>
    public bool IsWatched => !watches.IsEmpty || ShowsCreated;

    /// <summary>How late tasks have completed. Thread-safe.</summary>
    public LatenessSummary Lateness
    {
        get
        {
            lock (_latenessGate) return _lateness.Summarize();
        }
    }

    /// <summary>Tells everybody.</summary>
    /// <param name="session">For tasks that the transaction didn't look at.</param>
    /// <param name="batch">What it did.</param>
    /// <param name="previousWake">When, before it, the first task was due: one due before that was armed by it.</param>
    public void Tell(WriteSession session, WriteBatch batch, long previousWake)
    {
        Record(batch, previousWake);
        for (var i = _untold.Count; i > 0 && _untold.TryDequeue(out var untold); i--) Complete(session, untold.Sequence, untold.Completion, task: null);
        foreach (var effect in batch.Effects) Tell(session, effect);
        _dispatcher.Dispatch();
    }

    private void Record(WriteBatch batch, long previousWake)
    {
        lock (_latenessGate)
        {
            foreach (var effect in batch.Effects)
            {
                if (effect.Kind != TaskEventKind.Completed) continue;
                var due = effect.Wake < previousWake ? Math.Max(effect.Wake, batch.Run) : effect.Wake;
                _lateness.Record(Math.Max(0, clock.Since(due).Ticks / TimeSpan.TicksPerMicrosecond));
            }
        }
    }

    private void Tell(WriteSession session, in TaskEffect effect)
    {
        var task = effect.Task;
        if (effect.Kind is not (TaskEventKind.Created or TaskEventKind.Rescheduled))
        {
            var completion = watches.Take(effect.Sequence);
            if (completion is not null || (task is not null && logger.IsEnabled(LogLevel.Debug)))
                Complete(session, effect.Sequence, completion, task);
        }
        else if (effect.Kind == TaskEventKind.Created && task is not null && logger.IsEnabled(LogLevel.Debug))
        {
            TaskLog.Start(logger, task.Id, task.DueAt);
        }

        if (events.IsRecording && (task ?? Find(session, effect.Sequence)) is { } shown)
        {
            events.Append(effect.Kind, shown);
            _dispatcher.NoteEvent();
        }
        else
        {
            events.Skip();
        }
    }

    private void Complete(WriteSession session, long sequence, TaskCompletion? completion, TaskSnapshot? task)
    {
        if ((task ?? Find(session, sequence)) is { } final) _dispatcher.Enqueue(completion, final);
        else if (completion is not null) _untold.Enqueue((sequence, completion));
    }

    // Somebody began to wait, or to read events, while the transaction was under way.
    private TaskSnapshot? Find(WriteSession session, long sequence)
    {
        try
        {
            return session.Find(sequence) is { } row ? row.ToSnapshot(ledger.Owner(row.Owner).Name) : null;
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            return null;
        }
    }
}
