using TaskApi.Engine.Events;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;

namespace TaskApi.Engine.Completions;

/// <summary>
/// Tells waiters what has finished: on the thread pool, in the order of the transitions, one at a time, like the ready queue of
/// an event loop; and logs their END. So neither the clock nor the caller that cancelled pays for how many wait.
/// </summary>
internal sealed class CompletionDispatcher(TaskEventLog events, ILogger logger) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private Queue<(TaskCompletion? Completion, TaskSnapshot Final)> _queue = new();
    private Queue<(TaskCompletion? Completion, TaskSnapshot Final)> _spare = new();
    private bool _hasWork;
    private bool _running;

    /// <summary>Queues a completion; to be called in the order of the transitions, that is, under the storage's lock.</summary>
    public void Enqueue(TaskCompletion? completion, TaskSnapshot final)
    {
        lock (_gate)
        {
            _queue.Enqueue((completion, final));
            _hasWork = true;
        }
    }

    /// <summary>Notes that readers of the event log have something to read.</summary>
    public void NoteEvent() => Volatile.Write(ref _hasWork, true);

    /// <summary>Starts to tell what is queued. To be called outside of the storage's lock.</summary>
    public void Dispatch()
    {
        if (!Volatile.Read(ref _hasWork)) return;
        lock (_gate)
        {
            if (_running || !_hasWork) return;
            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc />
    public void Execute()
    {
        while (true)
        {
            Queue<(TaskCompletion? Completion, TaskSnapshot Final)> batch;
            lock (_gate)
            {
                if (!_hasWork)
                {
                    _running = false;
                    return;
                }

                _hasWork = false;
                (batch, _queue, _spare) = (_queue, _spare, _queue);
            }

            while (batch.TryDequeue(out var finished))
            {
                if (finished.Completion is { } completion) Tell(completion, finished.Final);
                if (logger.IsEnabled(LogLevel.Debug)) TaskLog.End(logger, finished.Final.Id, finished.Final.State, finished.Final.FinishedAt);
            }

            events.WakeReaders();
        }
    }

    // Nobody above would catch anything: it would end the process.
    private void Tell(TaskCompletion completion, TaskSnapshot final)
    {
        try
        {
            completion.Finish(final);
            completion.Dispose();
        }
        catch (Exception exception)
        {
            TaskLog.Untold(logger, final.Id, exception);
        }
    }
}
