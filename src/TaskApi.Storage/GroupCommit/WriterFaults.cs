using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>That the storage can't be written now, and when that is tried again. For the writer alone, but for <see cref="Current"/>.</summary>
/// <param name="storage">The database.</param>
/// <param name="clock">The run's clock.</param>
/// <param name="logger">Receives when it begins and when it is over.</param>
internal sealed partial class WriterFaults(ISqlStorage storage, RunClock clock, ILogger logger)
{
    private const long RetryAfterMs = 250;

    private volatile StorageUnavailableException? _current;
    private bool _isOutcomeUnknown;
    private int _hasUntold;

    /// <summary>Why the latest transaction failed; null if it didn't. Thread-safe.</summary>
    public StorageUnavailableException? Current => _current;

    /// <summary>When what has failed is tried again, on the run's clock.</summary>
    public long RetryAt { get; private set; }

    /// <summary>Has it tried again in a moment.</summary>
    public void RetryLater() => RetryAt = clock.Now + RetryAfterMs;

    /// <summary>Notes that a transaction has failed.</summary>
    /// <returns>What those are told who had asked for it.</returns>
    public Exception Note(Exception exception)
    {
        RetryLater();
        var fault = new StorageUnavailableException("The database can't be written now.", exception)
        {
            IsOutcomeUnknown = exception is StorageUnavailableException { IsOutcomeUnknown: true },
        };
        _isOutcomeUnknown |= fault.IsOutcomeUnknown;
        // What another process holds is no fault of the database's: others go on.
        if (storage.Cluster?.IsHeld(exception) is true)
        {
            NoteHeld(exception);
        }
        else
        {
            if (_current is null) Log.Failed(logger, exception);
            _current = fault;
        }

        return storage.IsFault(exception) ? fault : exception;
    }

    /// <summary>Notes that another process holds what a transaction was to change.</summary>
    public void NoteHeld(Exception exception) => Log.Held(logger, exception);

    /// <summary>
    /// True, once, if transactions of which nobody knew what became of them may have been committed: whom they concern was told of none of it. Thread-safe.
    /// </summary>
    public bool TakeUntold() => Interlocked.Exchange(ref _hasUntold, 0) != 0;

    /// <summary>Notes that a transaction has been committed.</summary>
    public void Recover()
    {
        if (_isOutcomeUnknown) Volatile.Write(ref _hasUntold, 1);
        _isOutcomeUnknown = false;
        if (_current is null) return;
        _current = null;
        Log.Recovered(logger);
    }

    private static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Error, "The database can't be written: changes are refused until it can")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(1204, LogLevel.Warning, "Another process holds for long what is to be changed: that is refused")]
        public static partial void Held(ILogger logger, Exception exception);

        [LoggerMessage(1201, LogLevel.Information, "The database can be written again")]
        public static partial void Recovered(ILogger logger);
    }
}
