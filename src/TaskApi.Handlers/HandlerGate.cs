namespace TaskApi.Handlers;

/// <summary>Lets so many attempts run at once. One waits for room, and one for the end of all. Thread-safe.</summary>
/// <param name="max">How many.</param>
internal sealed class HandlerGate(int max)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _empty;
    private int _running;

    /// <summary>How many run.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>How many more there is room for now.</summary>
    public int Room => Math.Max(0, max - Running);

    /// <summary>How many more there is room for; waits while that is none.</summary>
    public async ValueTask<int> WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_running < max)
                    return max - _running;
                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Completes when none runs.</summary>
    public Task WaitUntilEmptyAsync()
    {
        lock (_gate)
        {
            if (_running == 0)
                return Task.CompletedTask;
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    /// <summary>So many begin.</summary>
    public void Enter(int count)
    {
        lock (_gate)
            _running += count;
    }

    /// <summary>So many have really ended.</summary>
    public void Leave(int count)
    {
        TaskCompletionSource? room, empty = null;
        lock (_gate)
        {
            _running -= count;
            (room, _room) = (_room, null);
            if (_running == 0)
                (empty, _empty) = (_empty, null);
        }

        room?.SetResult();
        empty?.SetResult();
    }
}
