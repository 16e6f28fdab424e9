namespace TaskApi.Storage.GroupCommit;

/// <summary>What the writer has to do. Bounded: whoever asks for more than it can hold waits for his turn to ask. Thread-safe; one taker.</summary>
/// <param name="capacity">How many operations it holds.</param>
/// <param name="patience">How long whoever asks for more waits for his turn at the most.</param>
internal sealed class WriteQueue(int capacity, TimeSpan patience) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _free = new(capacity, capacity);
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly Queue<WriteOperation> _operations = new();
    private IReadOnlyList<WriteOperation> _taken = [];
    private bool _called;
    private bool _closed;

    /// <summary>How many operations are in it.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _operations.Count;
        }
    }

    /// <summary>Adds an operation, as soon as there is room.</summary>
    /// <returns>False if the queue is closed, or there is no room in time.</returns>
    public ValueTask<bool> AddAsync(WriteOperation operation, CancellationToken cancellationToken)
    {
        return _free.Wait(0, cancellationToken) ? ValueTask.FromResult(Add(operation)) : WaitAsync(operation, cancellationToken);
    }

    private async ValueTask<bool> WaitAsync(WriteOperation operation, CancellationToken cancellationToken)
    {
        return await _free.WaitAsync(patience, cancellationToken) && Add(operation);
    }

    private bool Add(WriteOperation operation)
    {
        lock (_gate)
        {
            if (_closed) return false;
            _operations.Enqueue(operation);
            Signal();
        }

        return true;
    }

    /// <summary>Has the writer look at the clock.</summary>
    public void Call()
    {
        lock (_gate)
        {
            _called = true;
            Signal();
        }
    }

    /// <summary>Takes nothing more. What is in it is still done.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Signal();
        }
    }

    /// <summary>Waits until there is something to do, then takes operations of about <paramref name="weight"/> in all; none, if it was only called.</summary>
    /// <param name="batch">Where to put them; emptied first.</param>
    /// <param name="weight">1 or more.</param>
    /// <param name="wait">How long at the most.</param>
    /// <returns>False once it is closed and empty.</returns>
    public bool Take(List<WriteOperation> batch, int weight, TimeSpan wait)
    {
        lock (_gate)
        {
            batch.Clear();
            _taken = batch;
        }

        for (var waits = wait != TimeSpan.Zero; ; waits &= _signal.Wait(wait))
        {
            lock (_gate)
            {
                while (weight > 0 && _operations.TryDequeue(out var operation))
                {
                    batch.Add(operation);
                    weight -= operation.Scope.Weight;
                }

                if (batch.Count > 0 || _called || !waits)
                {
                    _called = false;
                    break;
                }

                if (_closed) return false;
            }
        }

        if (batch.Count > 0) _free.Release(batch.Count);
        return true;
    }

    /// <summary>Takes out what was asked for by <paramref name="before"/>; answers that, and what the writer has been at for as long.</summary>
    public List<WriteOperation> TakeLate(long before)
    {
        var late = new List<WriteOperation>();
        lock (_gate)
        {
            foreach (var operation in _taken)
                if (operation.Asked <= before && !operation.IsAnswered) late.Add(operation);
            var taken = late.Count;
            while (_operations.TryPeek(out var first) && first.Asked <= before) late.Add(_operations.Dequeue());
            if (late.Count > taken) _free.Release(late.Count - taken);
        }

        return late;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _free.Dispose();
        _signal.Dispose();
    }

    private void Signal()
    {
        if (_signal.CurrentCount == 0) _signal.Release();
    }
}
