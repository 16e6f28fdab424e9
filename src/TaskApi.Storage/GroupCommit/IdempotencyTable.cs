using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// The calls that are kept with the tasks they created: found by their keys, bounded in number, and forgotten when their time is over.
/// For the writer alone, but for <see cref="IsOver"/>.
/// </summary>
/// <param name="options">The bounds.</param>
/// <param name="longestWait">How long a call may wait for its answer, in milliseconds: its time begins after that.</param>
internal sealed class IdempotencyTable(IdempotencyOptions options, long longestWait)
{
    private readonly long _retention = (long)Math.Ceiling(options.IdempotencyRetention.TotalMilliseconds);
    private long _count;
    private long _added;
    private long _oldest = long.MaxValue;
    private long _committedOldest = long.MaxValue;

    /// <summary>When, on the retention clock, the next one is to be forgotten.</summary>
    public long NextForget => _oldest == long.MaxValue ? long.MaxValue : _oldest + _retention;

    /// <summary>True if no more can be kept.</summary>
    public bool IsFull => _count + _added >= options.MaxIdempotencyKeys;

    /// <summary>How long, from <paramref name="now"/> on, until the next one is forgotten.</summary>
    public TimeSpan UntilRoom(long now) => _oldest == long.MaxValue ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Max(0, NextForget - now));

    /// <summary>Takes over what the database says.</summary>
    public void Load(IWriteSession session)
    {
        _count = session.Keys.LoadCount();
        _oldest = _committedOldest = session.Keys.Oldest() ?? long.MaxValue;
    }

    /// <summary>Learns how many there are, those of other processes included.</summary>
    public void Recount(long count) => _count = count;

    /// <summary>True if a call's time is over at <paramref name="now"/>, though it may be there still. Thread-safe.</summary>
    public bool IsOver(IdempotencyRow row, long now) => row.Since + _retention <= now;

    /// <summary>The call, if its time isn't over.</summary>
    public IdempotencyRow? Find(IWriteSession session, Digest call, long now)
    {
        if (session.Keys.Find(call) is not { } row) return null;
        if (!IsOver(row, now)) return row;
        session.Keys.Delete(call);
        _added--;
        return null;
    }

    /// <summary>Keeps a call; its place must be free.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="key">Which call.</param>
    /// <param name="waits">True if its answer comes later.</param>
    /// <param name="tasks">What it created.</param>
    /// <param name="now">Now.</param>
    public void Add(IWriteSession session, IdempotencyKey key, bool waits, byte[] tasks, long now)
    {
        var since = waits ? now + longestWait : now;
        session.Keys.Insert(key, since, waits, tasks);
        _added++;
        _oldest = Math.Min(_oldest, since);
    }

    /// <summary>Keeps a call's answer, from which on its time counts; answers the one it has, if it has one.</summary>
    public byte[] KeepAnswer(IWriteSession session, Digest call, byte[] answer, long now)
    {
        if (!session.Keys.KeepAnswer(call, answer, now)) return session.Keys.Find(call)?.Record.Answer ?? answer;
        _oldest = Math.Min(_oldest, now);
        return answer;
    }

    /// <summary>Forgets calls whose time is over at <paramref name="now"/>.</summary>
    public void Forget(IWriteSession session, long now, int limit)
    {
        _added -= session.Keys.Forget(now - _retention, limit);
        _oldest = session.Keys.Oldest() ?? long.MaxValue;
    }

    /// <summary>Writes down what has changed, as a part of the transaction.</summary>
    public void Save(IWriteSession session)
    {
        if (_added != 0) session.Keys.SaveCount(_count + _added, _added);
    }

    /// <summary>The transaction is on disk.</summary>
    public void Commit() => (_count, _added, _committedOldest) = (_count + _added, 0, _oldest);

    /// <summary>The transaction has failed.</summary>
    public void Rollback() => (_added, _oldest) = (0, _committedOldest);
}
