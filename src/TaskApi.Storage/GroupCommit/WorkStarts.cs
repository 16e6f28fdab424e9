using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Starts tasks, takes them back, and does what time does to them, within one transaction. For the writer alone.</summary>
/// <param name="batch">What the transaction does to tasks.</param>
/// <param name="work">What it does to work.</param>
/// <param name="counters">The numbers and counts.</param>
/// <param name="clock">The run's clock.</param>
internal sealed class WorkStarts(WriteBatch batch, WorkBatch work, ICounters counters, RunClock clock)
{
    // What nobody can guess of a lease's token.
    private readonly RandomSource<UInt128> _secrets = new();
    private readonly List<HeldWork> _held = [];

    private BoundedTakes Bounded => field ??= new BoundedTakes(batch, work, this, clock);

    /// <summary>Starts tasks whose turn it is.</summary>
    public LeasedTask[] Take(WorkAcquire call, WorkTake take)
    {
        take.LeavesHeld = false;
        if (take.Bounded.Count > 0) return Bounded.Take(call, take);
        _held.Clear();
        work.Statements.Take(take, take.Max, _held);
        var taken = new LeasedTask[_held.Count];
        for (var i = 0; i < taken.Length; i++) taken[i] = Start(_held[i], call);
        return taken;
    }

    /// <summary>Takes back what has been acquired and didn't reach who asked for it.</summary>
    public void Return(string? owner, ReadOnlySpan<LeaseToken> tokens)
    {
        foreach (var token in tokens)
        {
            if (work.Find(owner, token.Task) is not { Work.IsRunning: true } held || held.Token != token) continue;
            work.Carry(held, work.Decide(held, TaskCommand.Return()));
        }
    }

    /// <summary>Does what time does to tasks.</summary>
    /// <param name="limit">To how many at the most, about.</param>
    public void Ring(int limit)
    {
        work.TellOwed();
        ExpireAll(limit);
        _held.Clear();
        work.Statements.Ring(batch.Run, limit, _held);
        foreach (var held in _held)
        {
            var after = work.Check(held);
            // Armed for something later than it was when that was written down.
            if (ReferenceEquals(after.Work, held.Work)) work.Change(held, held.Work);
        }
    }

    /// <summary>Those whose leases go by this sign of life have lost them.</summary>
    /// <returns>How many; fewer than the limit if these are all.</returns>
    public int Expire(BeatRow beat, int limit)
    {
        _held.Clear();
        work.Statements.HoldAttached(beat.Id, limit, _held);
        foreach (var held in _held) work.Check(work.Change(held, held.Work with { Beat = null, LeaseUntil = beat.Until, LeaseMs = beat.LeaseMs }));
        if (_held.Count < limit) work.Statements.DeleteBeat(beat.Id);
        return _held.Count;
    }

    private void ExpireAll(int limit)
    {
        while (limit > 0 && work.Statements.Expired(batch.RetentionNow) is { } beat) limit -= Math.Max(1, Expire(beat, limit));
    }

    /// <summary>Starts a task that is held.</summary>
    public LeasedTask Start(in HeldWork held, WorkAcquire call)
    {
        var started = work.Decide(held, TaskCommand.Start()).Task;
        var waited = batch.Wall - held.Work.Due;
        var limit = held.Work.AttemptSeconds is { } seconds ? batch.RetentionNow + (long)EngineClock.ToTime(seconds).TotalMilliseconds : (long?)null;
        var lease = call.Lease is { } length ? (long)Math.Ceiling(length.TotalMilliseconds) : (long?)null;
        var row = held.Work with
        {
            Version = held.Work.Version + 1,
            Running = 1,
            Ready = null,
            Attempt = started.Attempt,
            Worker = call.Worker,
            Started = batch.Wall,
            Secret = WorkBlobs.Write(_secrets.Next()),
            DueOffset = batch.Run - batch.Wall,
            LeaseMs = lease,
            LeaseUntil = batch.RetentionNow + lease,
            LimitAt = limit,
            Beat = lease is null ? work.Statements.OwnBeat() : null,
        };
        work.Count(held.Work, row);
        counters.CountRunning(counters.Owner(row.Owner), 1);
        var running = work.Change(held, row);
        work.News.AddStarted(row, new RunningAttempt(row.Attempt, call.Owner, call.Worker, call.Holder), waited);

        var snapshot = running.ToSnapshot(counters.Owner(row.Owner).Name);
        batch.Effects.Add(new TaskEffect(TaskEventKind.Started, running.Task.Id, row.DueTick, snapshot, IsOfWork: true));
        return new LeasedTask(snapshot, running.Token, EngineClock.ToInstant(batch.Wall) + call.Lease);
    }
}
