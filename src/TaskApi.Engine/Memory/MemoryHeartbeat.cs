using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>One heartbeat.</summary>
/// <param name="source">Knows whose leases they are.</param>
/// <param name="tasks">The tasks.</param>
/// <param name="clockwork">Is told after each change.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="clock">The clock that decides.</param>
internal sealed class MemoryHeartbeat(MemoryWorkSource source, MemoryTasks tasks, MemoryClockwork clockwork, TimeProvider timeProvider, EngineClock clock)
{
    private readonly List<CancelNotice> _cancel = [];
    private readonly List<LostLease> _lost = [];

    // What it names that its worker doesn't hold: nobody does, or this process.
    private readonly List<WorkRun> _free = [];
    private bool _drains;

    private bool HasNews => _cancel.Count > 0 || _lost.Count > 0 || _drains;

    /// <summary>Answers it: at once if there is something to tell, otherwise as soon as there is, or when its time is over.</summary>
    public async ValueTask<HeartbeatAnswer> AnswerAsync(WorkHeartbeat call, CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        DateTimeOffset? expiresAt = timeProvider.GetUtcNow() + call.Lease;
        for (var renews = true; ; renews = false)
        {
            // Whole milliseconds, as timers have them: what is left of less would be waited for without waiting.
            var left = TimeSpan.FromMilliseconds(Math.Ceiling((call.Wait - timeProvider.GetElapsedTime(began)).TotalMilliseconds));
            if (Look(call, renews, left > TimeSpan.Zero) is not { } held) return new HeartbeatAnswer(expiresAt, _cancel, _lost, _drains);
            await held.Wait.Woken.WaitAsync(left, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Leave(held.Wait, held.Worker);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // What there is to wait for; null if there is something to tell, or no time to wait.
    private (HeartbeatWait Wait, WorkerState Worker)? Look(WorkHeartbeat call, bool renews, bool waits)
    {
        (HeartbeatWait, WorkerState)? held = null;
        long? sooner;
        _cancel.Clear();
        _lost.Clear();
        _free.Clear();
        lock (tasks.Gate)
        {
            var worker = source.Note(call.Owner, call.Worker, queues: null);
            var now = Moment.Of(clock);
            for (var i = 0; i < call.Leases.Count; i++) Look(call, i, renews, worker, now);
            _drains = tasks.Capacity.IsClosed;
            if (waits && !HasNews) held = (Hold(worker), worker);
            sooner = clockwork.SoonerTick();
        }

        clockwork.AfterChange(sooner);
        return held;
    }

    private HeartbeatWait Hold(WorkerState worker)
    {
        var wait = tasks.HandOut.Hold(worker);
        foreach (var run in _free) (run.Heartbeats ??= []).Add(wait);
        return wait;
    }

    private void Leave(HeartbeatWait wait, WorkerState worker)
    {
        lock (tasks.Gate)
        {
            tasks.HandOut.Leave(wait, worker);
            foreach (var run in _free) run.Heartbeats!.Remove(wait);
        }
    }

    private void Look(WorkHeartbeat call, int index, bool renews, WorkerState worker, in Moment now)
    {
        var beat = call.Leases[index];
        var work = source.Find(call.Owner, beat.Token);
        // What time does to it comes first, if the alarm is late.
        if (work?.Run is { } late && late.FirstTick <= now.Steady) tasks.Work.Check(work, now);
        if (work?.Find(beat.Token) is not { } attempt)
        {
            _lost.Add(new LostLease(index, work is null ? null : beat.Token.Task));
            return;
        }

        if (attempt != work.Last || work.Run is not { } run)
        {
            // What the worker has finished itself needn't be told to it.
            if (!attempt.IsTaken) _lost.Add(new LostLease(index, beat.Token.Task));
            return;
        }

        if (renews) Renew(call, beat, work, run, worker, now);
        if (IsOfOthers(work, run)) _free.Add(run);
        if (run is { CancelRequest: { } why, IsCancelSeen: false }) _cancel.Add(new CancelNotice(beat.Token, why, run.GraceUntil));
    }

    // The worker doesn't hold it: nobody does, or this process, which calls a URL just now whose receiver has the token.
    private static bool IsOfOthers(WorkState work, WorkRun run) => work.Kind.RunsAtOnce || run.Holder is not null;

    private void Renew(WorkHeartbeat call, in LeaseBeat beat, WorkState work, WorkRun run, WorkerState worker, in Moment now)
    {
        if (beat.Progress is { } progress) tasks.Work.SetProgress(work, progress, now);
        // A lease that isn't the worker's is none that it could renew, or lose.
        if (IsOfOthers(work, run)) return;
        if (run.Worker != worker)
        {
            run.Worker.Running--;
            worker.Running++;
            run.Worker = worker;
        }

        run.IsCancelSeen |= beat.CancelSeen && run.CancelRequest is not null;
        // Later than before, as a rule: then its timer finds out when it rings.
        run.LeaseTick = call.Lease is { } lease ? now.Steady + (long)Math.Ceiling(lease.TotalMilliseconds) : WorkRun.Never;
        tasks.Timers.RearmRun(work.Sequence, work, run.LeaseTick);
    }
}
