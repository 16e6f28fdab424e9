namespace TaskApi.Engine.Events;

/// <summary>What a reader of the event log finds next.</summary>
/// <param name="Event">The event; null for a gap.</param>
/// <param name="GapFrom">The first number missed, where <paramref name="Event"/> is null; 0 if nobody knows which it is.</param>
/// <param name="GapTo">The last number missed.</param>
internal readonly record struct TaskEventRead(TaskEvent? Event, long GapFrom, long GapTo);

/// <summary>One reader's place in the event log. For one caller at a time; to be disposed.</summary>
internal sealed class TaskEventReader : IDisposable
{
    private readonly TaskEventLog _log;
    private long _next;
    private bool _isLost;
    private bool _closed;

    internal TaskEventReader(TaskEventLog log, long? after)
    {
        _log = log;
        Begin(after, log.Last);
    }

    /// <summary>Begins anew, before anything has been read.</summary>
    /// <param name="after">The last event that was seen; null to begin with the next one.</param>
    /// <param name="last">The number of the latest event, which the log may not have been told of yet.</param>
    public void Begin(long? after, long last)
    {
        // A number that has not been given out yet is from elsewhere, or from a run whose clock was ahead. What has happened since then nobody knows.
        _isLost = after > last;
        _next = after is { } seen && !_isLost ? seen + 1 : last + 1;
    }

    /// <summary>The number after which a reader that is cut off now goes on without missing anything; null while it has yet to be told that it has.</summary>
    public long? Seen => _isLost ? null : _next - 1;

    /// <summary>Takes the next event, or the gap before it.</summary>
    /// <returns>False if there is nothing to read now.</returns>
    public bool TryRead(out TaskEventRead read)
    {
        read = default;
        if (_isLost)
        {
            _isLost = false;
            read = new TaskEventRead(null, 0, _next - 1);
            return true;
        }

        var last = _log.Last;
        if (_next > last) return false;
        if (_log.Find(_next) is { } found)
        {
            _next++;
            read = new TaskEventRead(found, 0, 0);
            return true;
        }

        var from = _next;
        _next = Math.Max(_next, _log.Oldest);
        while (_next <= last && _log.Find(_next) is null) _next++;
        read = new TaskEventRead(null, from, _next - 1);
        return true;
    }

    /// <summary>Completes when there may be something to read, after <paramref name="time"/>, or when cancelled, whichever comes first; never throws.</summary>
    public async ValueTask WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var appended = _log.Appended;
        if (_isLost || _next <= _log.Last) return;
        await appended.WaitAsync(time, _log.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _log.Close();
    }
}
