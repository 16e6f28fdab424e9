using System.Runtime.InteropServices;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>
/// What follows when tasks are done: those that wait for them are released, or cancelled. It is done with the change that ends them, a chunk for each hold of
/// the lock, and not within <see cref="MemoryTasks.Finish"/>: one end may lead to any number of others. Used under the storage's lock.
/// </summary>
/// <param name="tasks">All tasks.</param>
/// <param name="table">Where they are.</param>
/// <param name="publisher">Is told of what happens.</param>
/// <param name="clock">The clock that decides.</param>
internal sealed class MemoryAftermath(MemoryTasks tasks, TaskTable table, TaskPublisher publisher, EngineClock clock)
{
    // How many that a task has waited for it leaves in the time that others are released in.
    private const int LeftAtOnce = 16;

    private readonly Dictionary<long, Fan> _fans = [];
    private readonly Queue<TaskEnd> _ended = [];

    // What tasks waited for that won't be released any more.
    private readonly Queue<IReadOnlyList<Guid>> _left = [];
    private int _passed;

    /// <summary>What follows for gathers.</summary>
    public MemoryGathers Gathers { get; } = new(tasks, table);

    /// <summary>True if something has not been done yet.</summary>
    public bool HasMore => HasWaiting || tasks.Callbacks.HasMore;

    private bool HasWaiting => _ended.Count > 0 || Gathers.HasMore || _left.Count > 0;

    /// <summary>True once tasks that wait are left alone: all are cancelled, since the service stops.</summary>
    public bool IsOff { get; set; }

    /// <summary>A task that is being created waits for others, if these aren't done. Nobody sees its entry yet.</summary>
    public void Begin(WorkState work, ref TaskEntry entry, TaskSchedule schedule, AfterStart start)
    {
        var after = work.After = new AfterState(start.Tasks, start.Depth) { NotBefore = schedule.DueAt is null ? null : entry.DueAt };
        if (!start.IsWaiting) return;
        after.Left = start.Open.Count;
        entry.DueAt = WorkAfter.Never;
        foreach (var sequence in start.Open)
        {
            ref var fan = ref CollectionsMarshal.GetValueRefOrAddDefault(_fans, sequence, out _);
            if (fan is null)
            {
                fan = new Fan();
                table.Segment(sequence)!.EnsureExtras(sequence).Follows |= FollowUps.Dependants;
            }

            fan.Waiting.Add(work.Sequence);
        }
    }

    /// <summary>Has a task wait that has to; answers false for any other.</summary>
    public bool Hold(WorkState work)
    {
        if (work.After is not { Left: > 0 }) return false;
        tasks.Work.Ready.Wait(work);
        tasks.Timers.ArmTimeout(work.Sequence, work);
        return true;
    }

    /// <summary>A task has another due time; of one that waits it counts later, and this answers true. Within a change of its entry.</summary>
    public static bool Postpone(WorkState work, ref TaskEntry entry, TaskRevision change)
    {
        if (work.After is not { Left: > 0 } after) return false;
        if (change.Schedule is { } schedule) after.NotBefore = schedule.DueAt is null ? null : entry.DueAt;
        entry.DueAt = WorkAfter.Never;
        return true;
    }

    /// <summary>A task is done of which something follows, or that waited itself.</summary>
    public void Note(long sequence, TaskExtras extras, TaskState state)
    {
        if (extras.Follows != FollowUps.None)
        {
            if (_fans.Remove(sequence, out var fan)) _ended.Enqueue(new TaskEnd(sequence, tasks.Lookup.IdOf(sequence), state, fan));
            if ((extras.Follows & FollowUps.OfGathers) != FollowUps.None) Gathers.Note(sequence, extras, state);
            if (extras.Follows.HasFlag(FollowUps.Callback)) tasks.Callbacks.Note(sequence, state);
            extras.Follows &= FollowUps.Callback;
        }

        if (extras is not WorkState { After: { Left: > 0 } after } work) return;
        var weight = TaskWeight.Of(work);
        after.Left = 0;
        _left.Enqueue(after.Tasks.Ids);
        tasks.Capacity.Bytes += TaskWeight.Of(work) - weight;
    }

    /// <summary>Does what follows, for so many tasks that wait at the most.</summary>
    public void Settle(int limit)
    {
        if (HasWaiting) SettleWaiting(limit);
        tasks.Callbacks.Settle(IsOff);
    }

    private void SettleWaiting(int limit)
    {
        var now = Moment.Of(clock);
        while (limit > 0 && HasWaiting)
        {
            while (_ended.TryPeek(out var end))
            {
                if (!Release(end, end.Dependants, now, ref limit)) return;
                _ended.Dequeue();
            }

            Gathers.Settle(now, ref limit);
            Leave(ref limit);
        }
    }

    // False if some are left.
    private bool Release(TaskEnd end, Fan fan, in Moment now, ref int limit)
    {
        for (; fan.Next < fan.Waiting.Count && !IsOff; fan.Next++, limit--)
        {
            if (limit <= 0) return false;
            if (table.Segment(fan.Waiting[fan.Next])?.FindExtras(fan.Waiting[fan.Next]) is WorkState { After: { Left: > 0 } after } work) Count(work, after, end, now);
        }

        return true;
    }

    private void Count(WorkState work, AfterState after, TaskEnd end, in Moment now)
    {
        if (AfterStart.IsBroken(end.State, after.Tasks.On))
        {
            tasks.Work.Carry(work, tasks.Work.Decide(work, TaskCommand.Cancel(TaskErrors.Dependency(end.Id, end.State)), now), now, wanted: false);
            return;
        }

        ref var entry = ref table.Entry(work.Sequence);
        var weight = TaskWeight.Of(work);
        entry.BeginChange();
        var isFree = --after.Left == 0;
        var due = default(DueTime);
        if (isFree)
        {
            var schedule = after.NotBefore is { } at ? new TaskSchedule(0, EngineClock.ToInstant(Math.Max(at, now.Unix))) : new TaskSchedule(entry.DelaySeconds);
            due = DueTime.Of(schedule, clock, EngineClock.ToInstant(now.Unix));
            entry.DueAt = due.At;
        }

        entry.EndChange();
        tasks.Capacity.Bytes += TaskWeight.Of(work) - weight;
        if (!isFree) return;
        tasks.Work.Ready.Remove(work);
        tasks.Timers.Disarm(work.Sequence);
        publisher.Publish(TaskEventKind.Rescheduled, publisher.WantsEvents ? tasks.Lookup.Read(work.Sequence) : null);
        tasks.Work.Wait(work, due.At, due.Tick, now.Unix);
    }

    // Where many that won't be released pile up behind a task that goes on for long, they are let go.
    private void Leave(ref int limit)
    {
        if (IsOff) _left.Clear();
        while (limit > 0 && _left.TryPeek(out var ids))
        {
            // One may have waited for a thousand.
            for (var end = Math.Min(ids.Count, _passed + LeftAtOnce); _passed < end; _passed++) Leave(ids[_passed]);
            limit--;
            if (_passed < ids.Count) continue;
            _left.Dequeue();
            _passed = 0;
        }
    }

    private void Leave(Guid id)
    {
        if (!TaskId.TryParse(id, out var task) || !_fans.TryGetValue(task.Sequence, out var fan) || ++fan.Gone * 2 < fan.Waiting.Count) return;
        fan.Waiting.RemoveAll(sequence => table.Segment(sequence)?.FindExtras(sequence) is not WorkState { After.Left: > 0 });
        fan.Gone = 0;
    }

    /// <summary>The tasks that wait for one.</summary>
    private sealed class Fan
    {
        /// <summary>Their numbers, in the order of their creation; some may have ended meanwhile.</summary>
        public List<long> Waiting { get; } = new(1);

        /// <summary>The place of the first that has not been released yet.</summary>
        public int Next { get; set; }

        /// <summary>How many of them have ended.</summary>
        public int Gone { get; set; }
    }

    /// <summary>A task that is done.</summary>
    /// <param name="Sequence">Its number.</param>
    /// <param name="Id">Its id.</param>
    /// <param name="State">How it ended.</param>
    /// <param name="Dependants">Those that wait for it.</param>
    private readonly record struct TaskEnd(long Sequence, Guid Id, TaskState State, Fan Dependants);
}
