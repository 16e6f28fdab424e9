using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// What one transaction does to gathers: members that are done are counted in it, and with the last that matters the gather ends. What is too much for one, or
/// held by another process just now, is written down with it, as <see cref="Aftermath"/> does. For the writer alone.
/// </summary>
/// <param name="batch">What the transaction does to tasks.</param>
/// <param name="counters">Knows owners.</param>
internal sealed class GatherWrites(WriteBatch batch, ICounters counters)
{
    // So many ends are looked at together, and so many gathers taken.
    private const int ManyEnds = 256;

    private readonly Queue<TaskEnd> _ended = [];
    private readonly Dictionary<long, GatherRow> _held = [];
    private readonly Queue<GatherRow> _due = [];

    /// <summary>True if something has not been done yet.</summary>
    public bool HasMore => _ended.Count > 0 || _due.Count > 0;

    /// <summary>True if something is left for the next transaction.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>True if something is left that another process holds.</summary>
    public bool HasMissed { get; private set; }

    /// <summary>Has new ones begin.</summary>
    public GatherStarts Starts => field ??= new GatherStarts(batch, Queue);

    private IGatherStatements Statements => batch.Session.Aftermath.Gathers;

    /// <summary>Starts anew.</summary>
    public void Begin()
    {
        _ended.Clear();
        _held.Clear();
        _due.Clear();
        Starts.Begin();
        (HasLeft, HasMissed) = (false, false);
    }

    /// <summary>A task is done that is a member of gathers, or is one; or one is asked to end.</summary>
    public void Note(in TaskEnd end) => _ended.Enqueue(end);

    /// <summary>Takes what is left from earlier transactions.</summary>
    public void TakeKept()
    {
        var kept = Statements.TakeKept(ManyEnds);
        foreach (var end in kept) _ended.Enqueue(end);
        var due = Statements.TakeDue(ManyEnds);
        foreach (var gather in due) Queue(_held.TryGetValue(gather.Sequence, out var held) ? held : gather);
        HasLeft = kept.Count == ManyEnds || due.Count == ManyEnds;
    }

    /// <summary>Does some of what follows; answers for how many tasks.</summary>
    /// <param name="limit">For how many at the most.</param>
    public int Settle(int limit) => Math.Max(1, _ended.Count > 0 ? Count(limit) : GoOn(_due.Dequeue(), limit));

    /// <summary>Writes down what is left.</summary>
    public void KeepRest()
    {
        HasLeft |= HasMore;
        while (_ended.TryDequeue(out var end)) Keep(end);
        while (_due.TryDequeue(out var gather)) gather.IsQueued = false;
    }

    private void Queue(GatherRow gather)
    {
        _held[gather.Sequence] = gather;
        if (gather.IsQueued || !gather.Tally.IsDue) return;
        gather.IsQueued = true;
        _due.Enqueue(gather);
    }

    private int Count(int limit)
    {
        var ends = new SortedDictionary<long, TaskEnd>();
        while (ends.Count < ManyEnds && _ended.TryPeek(out var next) && !ends.ContainsKey(next.Sequence)) ends.Add(next.Sequence, _ended.Dequeue());
        var missed = NoteGathers(ends);
        var members = ends.Values.Where(static end => end.Follows.HasFlag(FollowUps.Member)).Select(static end => end.Sequence).ToArray();
        var found = members.Length == 0 ? null : Statements.FindEnded(members, limit);
        var (cost, last) = (found is null ? ends.Count : 0, found?.Places.Count == limit ? found.Places[^1].Member : long.MaxValue);
        foreach (var place in found?.Places ?? [])
        {
            // Those that come after the last place that was counted have not been looked at.
            if (cost >= limit) last = Math.Min(last, place.Member);
            if (cost++ >= limit) break;
            if (Held(place.Gather, found!) is not { } gather) missed.Add(place.Member);
            else if (!gather.Tally.IsDone) cost += Count(gather, place, ends[place.Member], found!);
        }

        foreach (var end in ends.Values)
        {
            if (missed.Contains(end.Sequence)) Keep(end);
            else if (end.Sequence >= last && end.Follows.HasFlag(FollowUps.Member)) _ended.Enqueue(end);
            else if (IsKept(end)) Statements.Forget(end);
            batch.Work.IsChanged |= end.IsKept;
        }

        HasMissed |= missed.Count > 0;
        return cost;
    }

    private GatherRow? Held(long sequence, EndedMembers found)
    {
        if (_held.TryGetValue(sequence, out var held)) return held;
        if (found.Gathers.TryGetValue(sequence, out var gather)) _held.Add(sequence, gather);
        return gather;
    }

    // Answers what it costs to write that down.
    private int Count(GatherRow gather, in MemberPlace place, in TaskEnd end, EndedMembers found)
    {
        var outcome = found.Tasks.TryGetValue(place.Member, out var task) ? MemberOutcome.Of(task.ToSnapshot(counters.Owner(task.Row.Owner).Name)) : MemberOutcome.Forgotten(end.State);
        var kept = gather.Tally.Count(place.Position, outcome);
        Statements.SetOutcome(new MemberRow(place.Gather, place.Position, end.Id.ToGuid(), kept));
        Change(gather);
        Queue(gather);
        return GatherEnd.CostOf(kept.Value.Length);
    }

    // Those that are gathers themselves, and have ended or are asked to. Answers the numbers of those that another process holds.
    private HashSet<long> NoteGathers(SortedDictionary<long, TaskEnd> ends)
    {
        var missed = new HashSet<long>();
        var gathers = ends.Values.Where(static end => end.Follows.HasFlag(FollowUps.Gathers)).Select(static end => end.Sequence).ToArray();
        var unknown = gathers.Where(sequence => !_held.ContainsKey(sequence)).ToArray();
        foreach (var (sequence, gather) in unknown.Length == 0 ? [] : Statements.Find(unknown))
        {
            if (gather is null) missed.Add(sequence);
            else _held.Add(sequence, gather);
        }

        foreach (var sequence in gathers)
        {
            if (!_held.TryGetValue(sequence, out var gather)) continue;
            gather.Tally.NoteGather(ends[sequence].State);
            Change(gather);
            Queue(gather);
        }

        return missed;
    }

    private int GoOn(GatherRow gather, int limit)
    {
        var (tally, done, isMissed) = (gather.Tally, 1, false);
        gather.IsQueued = false;
        if (tally is { CancelFrom: null, IsDone: true }) return Close(gather, limit);
        if (tally.CancelFrom is { } from) done = Cancel(gather, from, limit, out isMissed);
        else if (Statements.FindTask(gather.Sequence, out var isGone) is { } task) done += End(gather, task);
        else if (isGone) tally.NoteGather(TaskState.Completed);
        else isMissed = true;
        HasMissed |= isMissed;
        Change(gather);
        if (!isMissed) Queue(gather);
        return done;
    }

    // Its end is noted, and with that it is closed. Answers what it costs to write down its list.
    private int End(GatherRow gather, in HeldWork task)
    {
        var tally = gather.Tally;
        if (task.Task.State.IsDone()) tally.NoteGather(task.Task.State);
        else if (task.Work.CancelRequest is not null && tally is { Phase: GatherPhase.Waiting }) tally.NoteGather(TaskState.Running);
        if (!tally.IsOver) return 0;
        var members = Statements.ReadMembers(gather.Sequence);
        var command = GatherEnd.Decide(tally, [.. members.Select(static member => new GatherMember(member.Id, member.Outcome))], hasRoom: true, out var result);
        batch.Work.Carry(task, batch.Work.Decide(task, command), result is null ? null : WorkOutcome.Returned(task.Token, result));
        return GatherEnd.CostOf(result?.Length ?? 0);
    }

    private int Cancel(GatherRow gather, int from, int limit, out bool isMissed)
    {
        var command = TaskCommand.Cancel(TaskErrors.OfGather(gather.Id.ToGuid(), gather.Tally));
        var open = Statements.FindOpen(gather.Sequence, from, limit);
        int? missed = null;
        foreach (var (position, found) in open)
        {
            if (found is not { } task) missed ??= position;
            else if (Transitions.Decide(task.Facts, command, batch.Wall) is { IsChange: true } transition) batch.Carry(counters.Owner(task.Row.Owner).Name, task, transition);
        }

        gather.Tally.CancelFrom = missed ?? (open.Count == limit ? open[^1].Position + 1 : null);
        isMissed = missed is not null;
        return open.Count;
    }

    private int Close(GatherRow gather, int limit)
    {
        var forgotten = Statements.Forget(gather.Sequence, limit);
        if (forgotten == limit)
        {
            Queue(gather);
            return forgotten;
        }

        Statements.Delete(gather.Sequence);
        _held.Remove(gather.Sequence);
        batch.Work.IsChanged = true;
        return forgotten;
    }

    private void Change(GatherRow gather)
    {
        Statements.Change(gather);
        batch.Work.IsChanged = true;
    }

    private bool IsKept(in TaskEnd end) => end.IsKept || (Statements.NotesEnds && end.State.IsDone());

    private void Keep(in TaskEnd end)
    {
        Statements.Keep(end);
        batch.Work.IsChanged = true;
    }
}
