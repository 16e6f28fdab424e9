using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>What bounds one queue. Used under the storage's lock.</summary>
/// <param name="clock">The clock that decides.</param>
internal sealed class QueueGate(EngineClock clock)
{
    // When its last tasks were started, of the steady clock, as many as the rate allows in a period.
    private readonly Queue<long> _starts = new();

    /// <summary>What it goes by.</summary>
    public required QueueSettings Settings { get; set; }

    /// <summary>When it opens by time alone, as it was last found: a tick; <see cref="long.MaxValue"/>: never.</summary>
    public long OpensAt { get; private set; } = long.MaxValue;

    /// <summary>A task has started.</summary>
    public void NoteStart()
    {
        if (Settings.Rate is not { } rate) return;
        _starts.Enqueue(clock.Steady.Ticks);
        while (_starts.Count > rate.Count) _starts.Dequeue();
    }

    /// <summary>True if another task may start.</summary>
    /// <param name="running">How many run.</param>
    public bool Allows(long running)
    {
        OpensAt = long.MaxValue;
        if (Settings.Paused)
        {
            var now = EngineClock.ToInstant(clock.UnixMilliseconds);
            if (Settings.PausedUntil is { } until && Settings.IsPausedAt(now)) OpensAt = clock.TickAfter(until - now);
            if (Settings.IsPausedAt(now)) return false;
        }

        if (running >= Settings.MaxRunning) return false;
        if (Settings.Rate is not { } rate || _starts.Count < rate.Count) return true;
        while (_starts.Count > rate.Count) _starts.Dequeue();
        var left = _starts.Peek() + rate.Period.Ticks - clock.Steady.Ticks;
        if (left <= 0) return true;
        OpensAt = clock.TickAfter(TimeSpan.FromTicks(left));
        return false;
    }
}
