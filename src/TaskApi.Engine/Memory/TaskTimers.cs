using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>
/// The tasks' timers: one for each that isn't done, armed for whatever comes first of what time does to it. Who has it armed for something later than
/// it is need not bother: it is looked at again when it rings. Used under the storage's lock.
/// </summary>
/// <param name="table">The tasks.</param>
/// <param name="clock">The clock that decides.</param>
internal sealed class TaskTimers(TaskTable table, EngineClock clock)
{
    private readonly TimerWheel<TableNodes> _wheel = new(new TableNodes(table));

    /// <summary>When the next one rings; <see cref="long.MaxValue"/> if none is armed.</summary>
    public long NextTick => _wheel.NextTick;

    /// <summary>Takes out the tasks whose timers ring, as many as fit.</summary>
    /// <returns>True if there may be more.</returns>
    public bool Take(long now, Span<long> due, out int count) => _wheel.Step(now, due, out count);

    /// <summary>Arms a timer for the due time or, if that comes first, the time limit.</summary>
    public void ArmDue(long sequence, long dueTick, TaskExtras? extras)
    {
        var tick = dueTick;
        if (extras is not null)
        {
            extras.TimesOut = extras.TimeoutTick != 0 && Transitions.TimesOutFirst(dueTick, extras.TimeoutTick);
            if (extras.TimesOut) tick = extras.TimeoutTick;
        }

        _wheel.Arm(sequence, tick, clock.Tick);
    }

    /// <summary>Arms a timer that isn't, for the time limit alone; does nothing if there is none.</summary>
    public void ArmTimeout(long sequence, TaskExtras extras)
    {
        extras.TimesOut = extras.TimeoutTick != 0;
        if (extras.TimesOut) _wheel.Arm(sequence, extras.TimeoutTick, clock.Tick);
    }

    /// <summary>Arms a timer that isn't for the first deadline of a running task; does nothing if there is none.</summary>
    public void ArmRun(long sequence, WorkState work)
    {
        var run = work.Run!;
        var tick = run.FirstTick == WorkRun.Never ? long.MaxValue : clock.FromSteady(run.FirstTick);
        if (work.TimeoutTick != 0 && run.CancelRequest is null) tick = Math.Min(tick, work.TimeoutTick);
        // Far ahead of what the wheel can take there are only deadlines that nobody will live to see.
        if (tick != long.MaxValue) _wheel.Arm(sequence, tick, clock.Tick);
    }

    /// <summary>A running task has another deadline, which may be sooner than what its timer is armed for.</summary>
    public void RearmRun(long sequence, WorkState work, long steadyTick)
    {
        ref var timer = ref table.Entry(sequence).Timer;
        if (timer.Next != 0 && (steadyTick == WorkRun.Never || timer.Tick <= clock.FromSteady(steadyTick))) return;
        _wheel.Disarm(sequence);
        ArmRun(sequence, work);
    }

    /// <summary>Disarms a timer; does nothing if it isn't armed.</summary>
    public void Disarm(long sequence) => _wheel.Disarm(sequence);
}
