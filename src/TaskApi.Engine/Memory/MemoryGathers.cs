using System.Runtime.InteropServices;
using TaskApi.Engine.Model;

namespace TaskApi.Engine.Memory;

/// <summary>What follows for gathers when tasks are done, as <see cref="MemoryAftermath"/> does it for those that wait. Used under the storage's lock.</summary>
/// <param name="tasks">All tasks.</param>
/// <param name="table">Where they are.</param>
internal sealed class MemoryGathers(MemoryTasks tasks, TaskTable table)
{
    private readonly Dictionary<long, Places> _places = [];
    private readonly Queue<MemberEnd> _ended = [];
    private readonly Queue<GatherState> _due = [];

    /// <summary>True if something has not been done yet.</summary>
    public bool HasMore => _ended.Count > 0 || _due.Count > 0;

    /// <summary>A task that has just been created gathers others.</summary>
    /// <param name="gather">Its number.</param>
    /// <param name="spec">How it goes.</param>
    /// <param name="members">The others, in order.</param>
    public void Begin(long gather, GatherSpec spec, IReadOnlyList<Guid> members)
    {
        var work = tasks.FindWork(gather)!;
        var weight = TaskWeight.Of(work);
        var tally = new GatherTally { Rules = spec.AllRules, Left = members.Count };
        var state = work.Gather = new GatherState(tasks.Lookup.IdOf(gather), work, tally, new GatherMember[members.Count]);
        work.Follows |= spec.Follows;
        tasks.Capacity.Bytes += TaskWeight.Of(work) - weight;
        // One that is named a thousand times is read once: its result may be long, and everybody waits for the lock.
        var done = new Dictionary<long, MemberOutcome>();
        for (var i = 0; i < members.Count; i++)
        {
            state.Members[i] = new GatherMember(members[i], Outcome: null);
            if (!TaskId.TryParse(members[i], out var member)) throw new InvalidOperationException("It was there when this was checked.");
            if (tasks.Facts(member.Sequence).State.IsDone())
            {
                if (!done.TryGetValue(member.Sequence, out var outcome)) outcome = MemberOutcome.Of(tasks.Lookup.Read(member.Sequence)!);
                Count(new Place(state, i), outcome);
                // As it was counted: what there is no room for isn't held either.
                done[member.Sequence] = state.Members[i].Outcome!.Value;
                continue;
            }

            ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, member.Sequence, out _);
            (places ??= new Places()).All.Add(new Place(state, i));
            table.Segment(member.Sequence)!.EnsureExtras(member.Sequence).Follows |= FollowUps.Member;
        }
    }

    /// <summary>A task is done that is a member of gathers, or is one.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="extras">What it has besides its entry.</param>
    /// <param name="state">How it ended.</param>
    public void Note(long sequence, TaskExtras extras, TaskState state)
    {
        if (extras.Follows.HasFlag(FollowUps.Member) && _places.Remove(sequence, out var places))
            _ended.Enqueue(new MemberEnd(MemberOutcome.Of(tasks.Lookup.Read(sequence)!), places.All));
        if (extras is not WorkState { Gather: { } gather } work) return;
        NoteGather(gather, state);
        // Its members tell it nothing any more, and it may be forgotten before they are seen to.
        var weight = TaskWeight.Of(work);
        work.Gather = null;
        tasks.Capacity.Bytes += TaskWeight.Of(work) - weight;
    }

    /// <summary>A gather is asked to end.</summary>
    public void NoteRequest(GatherState gather) => NoteGather(gather, TaskState.Running);

    /// <summary>Does what follows.</summary>
    /// <param name="now">When.</param>
    /// <param name="limit">For how many tasks at the most; less by those that it was done for.</param>
    public void Settle(in Moment now, ref int limit)
    {
        while (limit > 0)
        {
            // What can end does so before more is counted: there may be room for its list, and none for all.
            if (_due.TryPeek(out var gather))
            {
                if (!GoOn(gather, now, ref limit)) return;
                _due.Dequeue();
                gather.IsQueued = false;
            }
            else if (_ended.TryPeek(out var end))
            {
                for (; end.Next < end.Places.Count && limit > 0 && _due.Count == 0; end.Next++, limit--) Count(end.Places[end.Next], end.Outcome);
                if (end.Next == end.Places.Count) _ended.Dequeue();
            }
            else
            {
                return;
            }
        }
    }

    private void NoteGather(GatherState gather, TaskState state)
    {
        gather.Tally.NoteGather(state);
        Queue(gather);
    }

    private void Queue(GatherState gather)
    {
        if (gather.IsQueued || !gather.Tally.IsDue) return;
        gather.IsQueued = true;
        _due.Enqueue(gather);
    }

    private void Count(in Place place, in MemberOutcome outcome)
    {
        var (gather, position) = place;
        if (gather.Work.Gather is null) return;
        var weight = TaskWeight.Of(gather.Work);
        gather.Members[position] = gather.Members[position] with { Outcome = gather.Tally.Count(position, outcome) };
        tasks.Capacity.Bytes += TaskWeight.Of(gather.Work) - weight;
        Queue(gather);
    }

    // False if something is left.
    private bool GoOn(GatherState gather, in Moment now, ref int limit)
    {
        var tally = gather.Tally;
        if (tally.CancelFrom is { } from && !Cancel(gather, from, now, ref limit)) return false;
        if (tally.IsOver)
        {
            var command = GatherEnd.Decide(tally, gather.Members, tasks.Capacity.HasRoomForLists, out var result);
            tasks.Work.Carry(gather.Work, tasks.Work.Decide(gather.Work, command, now), now, wanted: false, byHolder: true, result);
            limit -= 1 + GatherEnd.CostOf(result?.Length ?? 0);
        }

        if (tally.IsDone && tally.CancelFrom is { } rest && !Cancel(gather, rest, now, ref limit)) return false;
        return !tally.IsDone || Close(gather, ref limit);
    }

    private bool Cancel(GatherState gather, int from, in Moment now, ref int limit)
    {
        var command = TaskCommand.Cancel(TaskErrors.OfGather(gather.Id, gather.Tally));
        for (var i = from; i < gather.Members.Length; i++)
        {
            if (gather.Members[i].Outcome is not null || !TaskId.TryParse(gather.Members[i].Id, out var member)) continue;
            if (limit <= 0)
            {
                gather.Tally.CancelFrom = i;
                return false;
            }

            limit--;
            if (_places.ContainsKey(member.Sequence) && Transitions.Decide(tasks.Facts(member.Sequence), command, now.Unix) is { IsChange: true } transition)
                tasks.Carry(member.Sequence, transition, now, wanted: false);
        }

        gather.Tally.CancelFrom = null;
        return true;
    }

    // Members that go on tell it nothing any more; false if some are left. Where many such gathers pile up behind one that goes on for long, they are let go.
    private bool Close(GatherState gather, ref int limit)
    {
        gather.IsClosed = true;
        for (; gather.Next < gather.Members.Length; gather.Next++)
        {
            var member = gather.Members[gather.Next];
            if (member.Outcome is not null || !TaskId.TryParse(member.Id, out var id)) continue;
            if (limit <= 0) return false;
            limit--;
            if (!_places.TryGetValue(id.Sequence, out var places) || ++places.Gone * 2 < places.All.Count) continue;
            places.All.RemoveAll(static place => place.Gather.IsClosed);
            places.Gone = 0;
            if (places.All.Count == 0) _places.Remove(id.Sequence);
        }

        return true;
    }

    /// <summary>Where a member stands in a gather.</summary>
    private readonly record struct Place(GatherState Gather, int Position);

    /// <summary>Where a task that is not done stands in gathers.</summary>
    private sealed class Places
    {
        /// <summary>In all of them; some may be over.</summary>
        public List<Place> All { get; } = new(1);

        /// <summary>About how many of these are.</summary>
        public int Gone { get; set; }
    }

    /// <summary>A member that is done.</summary>
    /// <param name="outcome">What became of it.</param>
    /// <param name="places">Where it stands in gathers.</param>
    private sealed class MemberEnd(MemberOutcome outcome, List<Place> places)
    {
        public MemberOutcome Outcome => outcome;

        public List<Place> Places => places;

        /// <summary>The first of them that has not been counted yet.</summary>
        public int Next { get; set; }
    }
}
