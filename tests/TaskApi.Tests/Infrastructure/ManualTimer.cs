namespace TaskApi.Tests.Infrastructure;

/// <summary>A timer of the <see cref="ManualTimeProvider"/>. Its fields belong to the provider and are guarded by the provider's lock.</summary>
internal sealed class ManualTimer(ManualTimeProvider provider, TimerCallback callback, object? state) : ITimer
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();

    /// <summary>When it fires next, in elapsed ticks; null while it is not armed.</summary>
    public long? Due { get; set; }

    /// <summary>Tells timers apart that are due at the same instant: the one armed first fires first.</summary>
    public long Order { get; set; }

    /// <summary>In ticks; 0 for a timer that fires once.</summary>
    public long Period { get; set; }

    /// <summary>True once disposed: it never fires again.</summary>
    public bool IsDisposed { get; set; }

    /// <summary>Runs the callback in the execution context of whoever created the timer, as the system's timers do.</summary>
    public void Fire()
    {
        if (_context is null)
            callback(state);
        else
            ExecutionContext.Run(_context, static timer => ((ManualTimer)timer!).Call(), this);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period) => provider.Arm(this, dueTime, period);

    public void Dispose() => provider.Disarm(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Call() => callback(state);
}
