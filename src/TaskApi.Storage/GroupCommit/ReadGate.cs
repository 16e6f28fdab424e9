namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// Where everybody passes who reads. Held for a moment it lets nobody in, so that all are out who were in: reads that overlap
/// would otherwise keep what was written from ever being put in its place. Thread-safe; one holder.
/// </summary>
internal sealed class ReadGate
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _released;
    private TaskCompletionSource? _emptied;
    private int _inside;

    /// <summary>Goes in, as soon as it isn't held; <see cref="Leave"/> has to follow.</summary>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task released;
            lock (_gate)
            {
                if (_released is null)
                {
                    _inside++;
                    return;
                }

                released = _released.Task;
            }

            await released.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Goes out.</summary>
    public void Leave()
    {
        lock (_gate)
            if (--_inside == 0) _emptied?.TrySetResult();
    }

    /// <summary>Lets nobody in until <see cref="Release"/>, and waits until all are out, in real time. For threads that may wait.</summary>
    /// <param name="patience">How long at the most.</param>
    /// <returns>False if somebody is still in.</returns>
    public bool Hold(TimeSpan patience)
    {
        Task emptied;
        lock (_gate)
        {
            _released ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _emptied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_inside == 0) _emptied.SetResult();
            emptied = _emptied.Task;
        }

        return emptied.Wait(patience);
    }

    /// <summary>Lets everybody in again.</summary>
    public void Release()
    {
        TaskCompletionSource? released;
        lock (_gate) (released, _released, _emptied) = (_released, null, null);
        released?.SetResult();
    }
}
