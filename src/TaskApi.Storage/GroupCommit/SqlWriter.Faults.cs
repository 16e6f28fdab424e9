using TaskApi.Engine.Model;

namespace TaskApi.Storage.GroupCommit;

// What the writer does when the storage fails.
internal sealed partial class SqlWriter
{
    private const long RetryAfterMs = 250;

    private volatile StorageUnavailableException? _fault;
    private long _retryAt;

    /// <summary>Why the latest transaction failed; null if it didn't.</summary>
    public StorageUnavailableException? Fault => _fault;

    // Nothing of the transaction has happened. The connection may be broken, so the next one gets its own.
    private void Abandon(Exception exception)
    {
        var isFault = _storage.IsFault(exception);
        Discard();
        _ledger.Rollback();
        _calls.Rollback();
        if (_storage.IsShared) Volatile.Write(ref _isStale, 1);
        _retryAt = _clock.Now + RetryAfterMs;
        var fault = new StorageUnavailableException("The database can't be written now.", exception);
        if (_fault is null) Log.Failed(_logger, exception);
        _fault = fault;
        foreach (var operation in _operations) operation.Fail(isFault ? fault : exception);
        AnswerDispatcher.Dispatch(_operations);
        _alarm.Set(_clock.ToTick(NextLook));
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

        [LoggerMessage(1201, LogLevel.Information, "The database can be written again")]
        public static partial void Recovered(ILogger logger);

        [LoggerMessage(1202, LogLevel.Warning, "A connection to the database could not be closed")]
        public static partial void NotClosed(ILogger logger, Exception exception);
    }
}
