namespace TaskApi.Storage.GroupCommit;

// When the writer has to look at the clock, and how the alarm has it do so.
internal sealed partial class SqlWriter
{
    private long NextForget =>
        _clock.FromRetention(_oldestFinished == long.MaxValue || _counters.Finished > _options.MaxFinished ? _oldestFinished : _oldestFinished + (long)Math.Ceiling(_options.Retention.TotalMilliseconds));

    // What is forgotten at once has to be shown at once.
    private bool IsForgottenAtOnce => KeepsNothing || (_cluster is null && _counters.Finished > _options.MaxFinished - ChunkSize);

    // A database that others share hides it, and deletes it later.
    private bool KeepsNothing => _cluster is null && _options.Retention == TimeSpan.Zero;

    // After a fault, whether there is room again is tried out, whatever there is to do.
    private long NextStep => _fault is not null ? _retryAt
        : Math.Min(Math.Min(_nextDueTick, _publisher.HasUnpublished ? _retryAt : long.MaxValue), Math.Min(NextForget, _clock.FromRetention(_keys.NextForget)));

    private bool HasTooManyFinished => _counters.Finished > _options.MaxFinished && _oldestFinished <= _clock.RetentionNow;

    // The alarm's call: lets the writer look at the clock, and waits until it has. Answers the tick at which to call next.
    private long Ring()
    {
        TaskCompletionSource<long> pass;
        lock (_passGate)
        {
            if (_stopped) return long.MaxValue;
            pass = _pass ??= new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _queue.Call();
        return pass.Task.GetAwaiter().GetResult();
    }

    private void EndPass(long tick, bool last = false)
    {
        lock (_passGate)
        {
            _stopped = last;
            _pass?.TrySetResult(tick);
            _pass = null;
        }
    }
}
