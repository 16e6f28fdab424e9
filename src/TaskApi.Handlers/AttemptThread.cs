using System.Collections.Concurrent;

namespace TaskApi.Handlers;

/// <summary>A thread that does all of what it is given, whatever that awaits. What comes back to it too late goes on on the thread pool.</summary>
internal static class AttemptThread
{
    /// <summary>Runs something on this thread until it is over. It must not fault.</summary>
    public static void Run(Func<Task> coroutine)
    {
        using var context = new Context();
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            var task = coroutine();
            if (task.IsCompleted)
                return;
            // Also if it ends elsewhere.
            _ = task.ContinueWith(static (_, own) => ((Context)own!).Close(), context, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            context.RunUntilClosed();
        }
        finally
        {
            context.Close();
            context.HandOver();
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    private sealed class Context : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];
        private readonly Lock _gate = new();
        private bool _isClosed;

        public override void Post(SendOrPostCallback d, object? state)
        {
            lock (_gate)
            {
                if (!_isClosed)
                {
                    _posted.Add((d, state));
                    return;
                }
            }

            base.Post(d, state);
        }

        public override SynchronizationContext CreateCopy() => this;

        public void RunUntilClosed()
        {
            foreach (var (callback, state) in _posted.GetConsumingEnumerable()) callback(state);
        }

        // What came while all was over already, and nobody looked any more.
        public void HandOver()
        {
            while (_posted.TryTake(out var late)) base.Post(late.Callback, late.State);
        }

        public void Close()
        {
            lock (_gate)
            {
                if (_isClosed)
                    return;
                _isClosed = true;
                _posted.CompleteAdding();
            }
        }

        public void Dispose() => _posted.Dispose();
    }
}
