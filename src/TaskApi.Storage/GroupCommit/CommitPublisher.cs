using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Time;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// Tells what a transaction did, once it is on disk: events to the log, final states to those who wait, and to the statistics
/// how late they came. Told by the writer, in the order of the transactions.
/// </summary>
internal sealed class CommitPublisher(TaskEventLog events, WaiterTable waiters, ICounters counters, RunClock clock, ISqlStorage storage, ILogger logger, Measurements measurements)
{
    private const int FewWaiters = 100;

    // A database that many share numbers events, and tells them to all: this is the log only where there is nobody else to tell.
    private readonly TaskEventLog? _ownEvents = storage.Cluster is null ? events : null;
    private readonly CompletionDispatcher _dispatcher = new(events, logger);
    private readonly LatenessHistogram _lateness = new(measurements);
    private readonly Lock _latenessGate = new();
    private readonly Queue<(TaskId Id, TaskCompletion Completion)> _unpublished = new();

    /// <summary>True if tasks that are created are probably going to be shown to others than who created them.</summary>
    public bool ShowsCreated => events.IsRecording || logger.IsEnabled(LogLevel.Debug);

    /// <summary>True if tasks that finish are probably going to be shown, and to more than a few: for those it is cheaper to look theirs up one by one.</summary>
    public bool IsWatched => waiters.Count > FewWaiters || ShowsCreated;

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
    /// <param name="previousDueTick">When, before it, the first task was due: one due before that was armed by it.</param>
    public void Publish(IWriteSession session, WriteBatch batch, long previousDueTick)
    {
        Record(batch, previousDueTick);
        foreach (var (completion, task) in batch.Watched) completion.Seen = task;
        for (var i = _unpublished.Count; i > 0 && _unpublished.TryDequeue(out var unpublished); i--) Complete(session, unpublished.Id, unpublished.Completion, task: null);
        foreach (var effect in batch.Effects) Publish(session, effect);
        _dispatcher.Dispatch();
    }

    /// <inheritdoc cref="WaiterTable.All"/>
    public List<(TaskId Id, TaskSnapshot? Seen)> Watched => waiters.All();

    /// <summary>True if somebody here waits for any task.</summary>
    public bool IsWatchingAny => waiters.Count > 0;

    /// <summary>True if somebody here may be waiting for a task with this number.</summary>
    public bool IsWatching(long sequence) => waiters.IsWatched(sequence);

    /// <summary>Tells those who wait for it that a task has been finished by another process. Thread-safe.</summary>
    public void PublishFinished(TaskId id, TaskSnapshot final)
    {
        if (waiters.Take(id) is { } completion) _dispatcher.Enqueue(completion, final);
    }

    /// <summary>
    /// Tells those who wait for it that a task has finished while nobody here listened, and has been forgotten since: nobody knows how it
    /// ended any more. Thread-safe.
    /// </summary>
    /// <param name="sequence">Its number, which was waited for when it was looked for.</param>
    public void PublishForgotten(long sequence)
    {
        if (waiters.Find(sequence) is { } id && waiters.Seen(id) is { } seen) PublishForgotten(id, seen, TaskErrors.HasBeenForgotten);
    }

    /// <inheritdoc cref="PublishForgotten(long)"/>
    /// <param name="id">Its id.</param>
    /// <param name="seen">The task as it was seen before the look that didn't find it.</param>
    /// <param name="error">What became of it, as far as anybody knows: <see cref="TaskErrors.HasBeenForgotten"/>, or <see cref="TaskErrors.HasBeenLost"/>.</param>
    public void PublishForgotten(TaskId id, TaskSnapshot seen, TaskError error)
    {
        if (waiters.Take(id) is { } completion) _dispatcher.Enqueue(completion, Forgotten(seen, error));
    }

    /// <summary>True if somebody waits for a task that has finished, and has not been told how because the storage failed just then.</summary>
    public bool HasUnpublished => _unpublished.Count > 0;

    /// <summary>Tells readers of events, and those told before, in order. Thread-safe.</summary>
    public void Flush()
    {
        _dispatcher.NoteEvent();
        _dispatcher.Dispatch();
    }

    /// <summary>The task as clients see it.</summary>
    public TaskSnapshot Show(TaskRow row) => row.ToSnapshot(counters.Owner(row.Owner).Name);

    /// <inheritdoc cref="Show(TaskRow)"/>
    public TaskSnapshot Show(HeldWork held) => held.ToSnapshot(counters.Owner(held.Task.Owner).Name);

    private void Record(WriteBatch batch, long previousDueTick)
    {
        lock (_latenessGate)
        {
            foreach (var effect in batch.Effects)
            {
                if (effect.Kind != TaskEventKind.Completed || effect.IsOfWork) continue;
                var due = effect.DueTick < previousDueTick ? Math.Max(effect.DueTick, batch.Run) : effect.DueTick;
                _lateness.Record(Math.Max(0, clock.Since(due).Ticks / TimeSpan.TicksPerMicrosecond));
            }
        }
    }

    private void Publish(IWriteSession session, in TaskEffect effect)
    {
        var task = effect.Task;
        if (effect.Kind.IsFinal())
        {
            var completion = waiters.Take(effect.Id);
            if (completion is not null || (task is not null && logger.IsEnabled(LogLevel.Debug)))
                Complete(session, effect.Id, completion, task);
        }
        else if (effect.Kind == TaskEventKind.Created && task is not null && logger.IsEnabled(LogLevel.Debug))
        {
            TaskLog.Start(logger, task.Id, task.DueAt);
        }

        if (_ownEvents is not { } log) return;
        if (log.IsRecording && (task is not null || TryFind(session, effect.Id, out task)) && task is { } shown)
        {
            log.Append(effect.Kind, shown, effect.AttemptError);
            _dispatcher.NoteEvent();
        }
        else
        {
            log.Skip();
        }
    }

    private void Complete(IWriteSession session, TaskId id, TaskCompletion? completion, TaskSnapshot? task)
    {
        if (task is null && !TryFind(session, id, out task))
        {
            if (completion is not null) _unpublished.Enqueue((id, completion));
            return;
        }

        // This process may have been suspended since the commit, for so long that others have deleted the task meanwhile.
        if ((task ?? (completion?.Seen is { } seen ? Forgotten(seen, TaskErrors.HasBeenForgotten) : null)) is { } final) _dispatcher.Enqueue(completion, final);
    }

    private TaskSnapshot Forgotten(TaskSnapshot seen, TaskError error) => seen.Fail(error, EngineClock.ToInstant(clock.Wall));

    // Somebody began to wait, or to read events, while the transaction was under way. False if the storage can't say; null if the task is gone.
    private bool TryFind(IWriteSession session, TaskId id, out TaskSnapshot? task)
    {
        task = null;
        try
        {
            if (session.FindCommitted(id.Sequence) is not { } row || !row.Has(id)) return true;
            task = !row.HasWork ? Show(row) : session.Work!.FindCommitted(id.Sequence)?.ToSnapshot(counters.Owner(row.Owner).Name);
            return true;
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            return false;
        }
    }
}
