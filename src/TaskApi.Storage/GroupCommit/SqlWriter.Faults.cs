using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

// What the writer does when the storage fails.
internal sealed partial class SqlWriter
{
    private const long RetryAfterMs = 250;

    // A failure that takes longer is none of a connection that had ended before.
    private static readonly TimeSpan _promptly = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _betweenLateChecks = TimeSpan.FromMilliseconds(250);

    private volatile StorageUnavailableException? _fault;
    private long _retryAt;

    /// <summary>Why the latest transaction failed; null if it didn't.</summary>
    public StorageUnavailableException? Fault => _fault;

    // A connection may have ended since it was used last: the server was started anew, or ended it, or somebody on the way did. As long as nothing
    // can have been committed, all of it is done again on a new one, and nobody notices.
    private bool TryTransact(out long dueTick, out long oldestFinished)
    {
        var repeats = _cluster is not null && _session is not null;
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                (dueTick, oldestFinished) = Transact();
                return true;
            }
            catch (Exception exception)
            {
                repeats = repeats && _storage.IsFault(exception) && exception is not StorageUnavailableException { IsOutcomeUnknown: true } && TimeProvider.System.GetElapsedTime(began) < _promptly;
                Undo();
                if (!repeats)
                {
                    Abandon(exception);
                    (dueTick, oldestFinished) = (0, 0);
                    return false;
                }

                repeats = false;
            }
        }
    }

    // Nothing of the transaction has happened. The connection may be broken, so the next one gets its own.
    private void Undo()
    {
        Discard();
        _counters.Rollback();
        _keys.Rollback();
        if (_cluster is not null) Volatile.Write(ref _isStale, 1);
    }

    private void Abandon(Exception exception)
    {
        var isFault = _storage.IsFault(exception);
        _retryAt = _clock.Now + RetryAfterMs;
        var fault = new StorageUnavailableException("The database can't be written now.", exception)
        {
            IsOutcomeUnknown = exception is StorageUnavailableException { IsOutcomeUnknown: true },
        };
        // What another process holds is no fault of the database's: others go on.
        if (_cluster?.IsHeld(exception) is true)
        {
            Log.Held(_logger, exception);
        }
        else
        {
            if (_fault is null) Log.Failed(_logger, exception);
            _fault = fault;
        }

        foreach (var operation in _operations) operation.Fail(isFault ? fault : exception);
        AnswerDispatcher.Dispatch(_operations);
        _alarm.Set(_clock.ToTick(NextStep));
    }

    private void Discard()
    {
        try
        {
            _session?.Rollback();
        }
        catch (Exception exception) when (_storage.IsFault(exception))
        {
            // Rolled back already, by the fault itself; or it will be when the connection is closed.
        }

        try
        {
            _session?.Dispose();
        }
        catch (Exception exception) when (_storage.IsFault(exception))
        {
            Log.NotClosed(_logger, exception);
        }

        _session = null;
    }

    // Nobody waits for longer than a call may take, however long the database does.
    private void GiveUpLate()
    {
        if (_cluster is not { } cluster) return;
        var before = TimeProvider.System.GetTimestamp() - (long)(cluster.Deadline.TotalSeconds * TimeProvider.System.TimestampFrequency);
        foreach (var operation in _queue.TakeLate(before)) ThreadPool.UnsafeQueueUserWorkItem(static late => late.GiveUp(), operation, preferLocal: false);
    }

    private void Recover()
    {
        if (_fault is null) return;
        _fault = null;
        Log.Recovered(_logger);
    }

    private static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Error, "The database can't be written: changes are refused until it can")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(1204, LogLevel.Warning, "Another process holds for long what is to be changed: that is refused")]
        public static partial void Held(ILogger logger, Exception exception);

        [LoggerMessage(1201, LogLevel.Information, "The database can be written again")]
        public static partial void Recovered(ILogger logger);

        [LoggerMessage(1202, LogLevel.Warning, "A connection to the database could not be closed")]
        public static partial void NotClosed(ILogger logger, Exception exception);
    }
}
