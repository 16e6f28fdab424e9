using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// What follows when tasks are done: those that wait for them are released, or cancelled, in the transaction that ends them. What is too much for one, or held
/// by another process just now, is written down with it, and done by those that come next; so nothing waits for ever, whoever dies. For the writer alone.
/// </summary>
/// <param name="batch">What the transaction does to tasks.</param>
/// <param name="waits">What it does to those that wait.</param>
/// <param name="counters">Knows owners.</param>
/// <param name="callbacks">What is called when they are done.</param>
internal sealed class Aftermath(WriteBatch batch, AfterWrites waits, ICounters counters, CallbackWrites callbacks)
{
    // So many ends are looked at together.
    private const int ManyEnds = 256;

    private readonly Queue<TaskEnd> _ended = [];
    private bool _hasLeft, _hasMissed;

    /// <summary>What follows for gathers.</summary>
    public GatherWrites Gathers { get; } = new(batch, counters);

    /// <summary>When there is something left to do, on the run's clock.</summary>
    public long Next =>
        _hasLeft || Gathers.HasLeft || callbacks.HasLeft ? batch.Run : _hasMissed || Gathers.HasMissed ? batch.Run + Statements.Pause : long.MaxValue;

    /// <summary>What is called when they are done.</summary>
    public CallbackWrites Callbacks => callbacks;

    private IAftermathStatements Statements => batch.Session.Aftermath;

    /// <summary>Starts anew.</summary>
    public void Begin()
    {
        _ended.Clear();
        Gathers.Begin();
        callbacks.Begin();
        (_hasLeft, _hasMissed) = (false, false);
    }

    /// <summary>A task has come to its final state.</summary>
    /// <param name="row">The task after it.</param>
    /// <param name="work">Its work; null if it has none.</param>
    /// <param name="follows">What follows.</param>
    public void Note(TaskRow row, WorkRow? work, FollowUps follows)
    {
        if (follows != FollowUps.None) Note(row.Id, row.State, follows, isKept: false, row, work);
    }

    /// <summary>A gather is asked to end, which something follows of before it does.</summary>
    public void Note(TaskId id, TaskState state, FollowUps follows) => Note(id, state, follows, isKept: false, row: null, work: null);

    /// <summary>A message has come to its final state, with others: the database may have written that down by itself.</summary>
    public void Note(in ClaimedTask task)
    {
        if (task.Follows != FollowUps.None) Note(task.Id, task.State, task.Follows, isKept: true, task.Row, work: null);
    }

    /// <summary>Does what follows.</summary>
    /// <param name="limit">For how many tasks that wait at the most; callbacks are always seen to.</param>
    /// <param name="takesKept">True if something may be left from earlier transactions.</param>
    public void Settle(int limit, bool takesKept)
    {
        if (takesKept) TakeKept();
        while (limit > 0 && (_ended.Count > 0 || Gathers.HasMore)) limit -= _ended.Count > 0 ? Release(limit) : Gathers.Settle(limit);
        _hasLeft |= _ended.Count > 0;
        while (_ended.TryDequeue(out var end)) Keep(end);
        Gathers.KeepRest();
        callbacks.Settle(takesKept);
    }

    private void Note(TaskId id, TaskState state, FollowUps follows, bool isKept, TaskRow? row, WorkRow? work)
    {
        var end = new TaskEnd(id, state, follows) { IsKept = isKept };
        if (follows.HasFlag(FollowUps.Dependants)) _ended.Enqueue(end);
        if ((follows & FollowUps.OfGathers) != FollowUps.None) Gathers.Note(end);
        if (follows.HasFlag(FollowUps.Callback)) callbacks.Note(id.Sequence, row, work);
    }

    private void TakeKept()
    {
        var kept = Statements.TakeKept(ManyEnds);
        foreach (var end in kept) _ended.Enqueue(end);
        _hasLeft = kept.Count == ManyEnds;
        Gathers.TakeKept();
    }

    // Answers for how many tasks.
    private int Release(int limit)
    {
        var ends = new SortedDictionary<long, TaskEnd>();
        while (ends.Count < ManyEnds && _ended.TryDequeue(out var end)) ends[end.Sequence] = end;
        var found = Statements.FindWaiting([.. ends.Keys], limit);
        var missed = new HashSet<long>();
        foreach (var waiting in found)
        {
            if (waiting.IsHeld) waits.Count(waiting.Sequence, ends[waiting.Dependency]);
            else missed.Add(waiting.Dependency);
        }

        // Those that come after the last one that was found have not been looked at.
        var last = found.Count == limit ? found[^1].Dependency : long.MaxValue;
        foreach (var end in ends.Values)
        {
            if (missed.Contains(end.Sequence)) Keep(end);
            else if (end.Sequence >= last) _ended.Enqueue(end);
            else if (end.IsKept) Forget(end);
        }

        _hasMissed |= missed.Count > 0;
        return Math.Max(1, found.Count);
    }

    private void Keep(in TaskEnd end)
    {
        Statements.Keep(end);
        batch.Work.IsChanged = true;
    }

    private void Forget(in TaskEnd end)
    {
        Statements.Forget(end);
        batch.Work.IsChanged = true;
    }
}
