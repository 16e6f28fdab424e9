using System.Collections.Concurrent;

namespace TaskApi.Handlers;

/// <summary>
/// A thread that does all of what it is given, whatever that awaits. What comes back to it too late goes on on the thread pool, and so does what it may be
/// waiting for itself: code that blocks until something is done which awaits.
/// </summary>
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
        // Long beside what most waits take.
        private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(50);

        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];
        private readonly Thread _thread = Thread.CurrentThread;
        private readonly Lock _gate = new();
        private volatile bool _isIdle;
        private volatile int _turn;
        private bool _isWatched;
        private bool _isClosed;
        private bool _isOver;

        public override void Post(SendOrPostCallback d, object? state)
        {
            lock (_gate)
            {
                if (!_isClosed)
                {
                    _posted.Add((d, state));
                    if (!_isIdle)
                        Watch();
                    return;
                }
            }

            base.Post(d, state);
        }

        public override SynchronizationContext CreateCopy() => this;

        public void RunUntilClosed()
        {
            _isIdle = true;
            foreach (var (callback, state) in _posted.GetConsumingEnumerable())
            {
                _turn++;
                _isIdle = false;
                // What was posted while this one was on its way here.
                lock (_gate)
                {
                    if (_posted.Count > 0)
                        Watch();
                }

                callback(state);
                _isIdle = true;
            }
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

        public void Dispose()
        {
            lock (_gate)
                _isOver = true;
            _posted.Dispose();
        }

        private void Watch()
        {
            if (_isWatched)
                return;
            _isWatched = true;
            _ = Task.Run(WatchAsync);
        }

        // As long as something is left for a thread that does something else.
        private async Task WatchAsync()
        {
            for (var blocked = 0; ;)
            {
                await Task.Delay(_patience, TimeProvider.System).ConfigureAwait(false);
                lock (_gate)
                {
                    if (_isOver || _posted.Count == 0)
                    {
                        _isWatched = false;
                        return;
                    }

                    // By the same callback as a while ago: a lock that is held for a moment is no reason.
                    var before = blocked;
                    blocked = !_isIdle && _thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin) ? _turn + 1 : 0;
                    if (blocked > 0 && blocked == before)
                        HandOver();
                }
            }
        }
    }
}
