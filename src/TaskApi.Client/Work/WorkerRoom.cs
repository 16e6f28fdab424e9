using TaskApi.Handlers;

namespace TaskApi.Client.Work;

/// <summary>
/// How many tasks a lane may ask for. Queues may have tasks of handlers that are full: as long as no others come, it is as many as these have room for, lest all of the
/// queue be started and given back, over and over; and once a second as many as there is room for in all, to find what is behind them. For one caller.
/// </summary>
/// <param name="gates">What bounds all that come.</param>
/// <param name="look">How many to ask for once a second at the least, where each handler has a bound of its own, so that what there is no room for is given back; else 0.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
internal sealed class WorkerRoom(HandlerGate[] gates, int look, TimeProvider timeProvider)
{
    private const int Most = 1_000;

    /// <summary>After so long what a handler had no room for is offered again, and what is behind it is looked for.</summary>
    public static readonly TimeSpan Full = TimeSpan.FromSeconds(1);

    // Those of the handlers that alone get tasks now, and more than they have room for.
    private HandlerGate[] _crowded = [];

    // When there last was an answer to a call for more than those have room for.
    private long _looked = timeProvider.GetTimestamp();
    private bool _isLook;

    /// <summary>How many; waits while that is none.</summary>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        var left = Full - timeProvider.GetElapsedTime(_looked);
        if (_crowded.Length > 0 && left > TimeSpan.Zero)
            await WaitForAnyAsync(_crowded, left, cancellationToken).ConfigureAwait(false);
        int room;
        // Another lane may be faster.
        while ((room = RoomOf(gates)) == 0) await WaitForAnyAsync(gates, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
        var crowded = RoomOf(_crowded);
        _isLook = crowded == 0 || timeProvider.GetElapsedTime(_looked) >= Full;
        if (!_isLook)
            return Math.Min(room, crowded);
        return _crowded.Length > 0 ? Math.Max(room, look) : room;
    }

    /// <summary>Tasks have come.</summary>
    /// <param name="asked">How many were asked for.</param>
    /// <param name="came">How many they are.</param>
    /// <param name="begun">Whose they are.</param>
    public void Note(int asked, int came, in BegunTasks begun)
    {
        // From the answer on, for it may have been long in coming.
        if (_isLook)
            _looked = timeProvider.GetTimestamp();
        if (begun.Full.Count > 0)
            _crowded = begun.Seen.IsSubsetOf(begun.Full) ? [.. begun.Full] : [];
        else if (came < asked || !begun.Seen.IsSubsetOf(_crowded))
            _crowded = [];
    }

    private static int RoomOf(HandlerGate[] gates) => Math.Min(gates.Sum(static gate => Math.Min(gate.Room, Most)), Most);

    private async Task WaitForAnyAsync(HandlerGate[] some, TimeSpan longest, CancellationToken cancellationToken)
    {
        // Ours, and disposed here: where one has room, nobody waits for the others any more.
        using var found = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task any = Task.WhenAny(some.Select(gate => gate.WaitForRoomAsync(found.Token).AsTask())).WaitAsync(longest, timeProvider, cancellationToken);
        await any.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await found.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}

/// <summary>Whose the tasks of one call were.</summary>
/// <param name="Seen">What bounds their handlers.</param>
/// <param name="Full">The same of those that had no room for all of theirs.</param>
internal readonly record struct BegunTasks(HashSet<HandlerGate> Seen, HashSet<HandlerGate> Full);
