using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Work;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What one transaction does about what is called when tasks are done: the task that calls is created in the one that ends the other. For the writer alone.</summary>
/// <param name="batch">What it does to tasks.</param>
/// <param name="counters">Knows owners.</param>
/// <param name="body">Writes what is told; null where no task has a callback.</param>
internal sealed class CallbackWrites(WriteBatch batch, ICounters counters, ICallbackBody? body)
{
    private const int ManyOwed = 256;

    // With their rows, if these are at hand: they may be forgotten in this very transaction.
    private readonly Dictionary<long, (TaskRow? Row, WorkRow? Work)> _ended = [];
    private readonly CallbackTasks _made = new(body);

    /// <summary>True if there may be more that others have left to be done.</summary>
    public bool HasLeft { get; private set; }

    private ICallbackStatements Statements => batch.Session.Callbacks;

    /// <summary>Starts anew.</summary>
    public void Begin()
    {
        _ended.Clear();
        HasLeft = false;
    }

    /// <summary>A task that has just been created has one.</summary>
    /// <returns>The task after it.</returns>
    public TaskRow Add(TaskRow row, CallbackSpec callback)
    {
        row = row with { Follows = row.Follows | FollowUps.Callback };
        batch.Session.Change(row);
        Statements.Insert(row.Sequence, callback);
        return row;
    }

    /// <summary>That of a task, be it done or not; null if it has none.</summary>
    public CallbackSpec? Find(TaskRow row) => row.Follows.HasFlag(FollowUps.Callback) ? Statements.Find(row.Sequence) : null;

    /// <summary>A task that has one is done.</summary>
    public void Note(long sequence, TaskRow? row, WorkRow? work) => _ended[sequence] = (row, work);

    /// <summary>Creates the tasks that tell of those that the transaction has ended, whether there is room for them or not.</summary>
    /// <param name="takesOwed">True if others may have left something to be done.</param>
    public void Settle(bool takesOwed)
    {
        if (takesOwed && Statements.TakeOwed(ManyOwed) is { Count: > 0 } owed)
        {
            HasLeft = owed.Count == ManyOwed;
            foreach (var ended in owed) Tell(ended.Callback, ended.Row!, ended.Work);
        }

        if (_ended.Count == 0) return;
        List<long> unread = [];
        foreach (var (sequence, (row, _)) in _ended)
            if (row is null) unread.Add(sequence);
        foreach (var ended in Statements.Take([.. _ended.Keys], unread))
        {
            var (row, work) = _ended[ended.Sequence];
            Tell(ended.Callback, row ?? ended.Row!, work);
        }

        _ended.Clear();
    }

    private void Tell(CallbackSpec callback, TaskRow row, WorkRow? work)
    {
        batch.Work.IsChanged = true;
        var owner = counters.Owner(row.Owner).Name;
        var task = work is null ? row.ToSnapshot(owner) : work.ToSnapshot(row, owner);
        if (_made.Of(task, callback) is { } spec) batch.Create(owner, spec, watch: false);
    }
}
