namespace TaskApi.Storage.GroupCommit;

/// <summary>Gives up what takes too long: nobody waits for longer than a call may take, however long the database does.</summary>
internal sealed class LateOperations : IDisposable
{
    // Real time: what it bounds is the database, which has no other.
    private static readonly TimeProvider _time = TimeProvider.System;
    private static readonly TimeSpan _betweenChecks = TimeSpan.FromMilliseconds(250);

    private readonly WriteQueue _queue;
    private readonly TimeSpan _deadline;
    private readonly ITimer _timer;

    /// <param name="queue">What has been asked for.</param>
    /// <param name="deadline">How long that may take.</param>
    public LateOperations(WriteQueue queue, TimeSpan deadline)
    {
        (_queue, _deadline) = (queue, deadline);
        _timer = _time.CreateTimer(static late => ((LateOperations)late!).GiveUp(), this, _betweenChecks, _betweenChecks);
    }

    /// <summary>Notes when something is asked for.</summary>
    public static void Note(WriteOperation operation) => operation.Asked = _time.GetTimestamp();

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void GiveUp()
    {
        var before = _time.GetTimestamp() - (long)(_deadline.TotalSeconds * _time.TimestampFrequency);
        foreach (var operation in _queue.TakeLate(before)) ThreadPool.UnsafeQueueUserWorkItem(static late => late.GiveUp(), operation, preferLocal: false);
    }
}
