using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What one transaction does to queues. For the writer alone.</summary>
/// <param name="batch">What it does to tasks.</param>
/// <param name="work">What it does to work.</param>
/// <param name="counters">Knows owners.</param>
/// <param name="options">How many may be bounded.</param>
/// <param name="book">What is set of them.</param>
internal sealed class QueueBatch(WriteBatch batch, WorkBatch work, ICounters counters, WorkOptions options, QueueBook book)
{
    // Nodes hear of it within a second.
    private const long LeavingMs = 10_000;

    /// <summary>By how much it changes what they have.</summary>
    public QueueTally Tally { get; } = new();

    /// <summary>What is set of them.</summary>
    public QueueBook Book => book;

    /// <summary>The blocked lanes of those that count by keys.</summary>
    public LaneBlocks Blocks { get; } = new();

    /// <summary>Sets what bounds a queue; null has it go back to the defaults.</summary>
    public AnswerStatus Set(string owner, string name, QueueSettings? settings)
    {
        var queue = new QueueName(counters.Ensure(owner).Id, name);
        if (settings is null && !IsSet(queue)) return AnswerStatus.Ok;
        if (settings is not null && book.Row(queue) is not { Leaving: 0 } && Count() >= options.MaxQueues && !IsSet(queue)) return AnswerStatus.CapacityReached;
        ForgetLeft();
        var isKeyed = settings is { MaxRunningPerKey: not null } || book.IsKeyed(queue);
        Write(queue, new QueueRow(queue, settings ?? QueueSettings.None, settings is null ? batch.RetentionNow : 0, isKeyed));
        return AnswerStatus.Ok;
    }

    /// <summary>Nothing waits any more in a queue that goes back to the defaults, if all nodes have known of that for a while.</summary>
    public void Forget(QueueName queue, long leaving)
    {
        if (batch.RetentionNow - leaving >= LeavingMs && !batch.Session.Queues.HasWaiting(queue)) Write(queue, row: null);
    }

    /// <summary>Forgets those of which that is so though nobody takes from them any more.</summary>
    public void ForgetLeft()
    {
        var kept = batch.RetentionNow - LeavingMs;
        if (!book.Rows.Any(row => row.Leaving > 0 && row.Leaving <= kept)) return;
        foreach (var queue in batch.Session.Queues.FindLeft(kept)) Write(queue, row: null);
    }

    /// <summary>How a task that is due waits for its turn.</summary>
    public int ReadyIn(WorkRow row) => !book.IsBounded(row.Owner, row.Queue) ? WorkRow.ReadyForAll
        : book.IsKeyed(new QueueName(row.Owner, row.Queue)) ? WorkRow.ReadyInKeyed
        : WorkRow.ReadyInBounded;

    /// <summary>Counts where a task stands now.</summary>
    public void Count(WorkRow before, WorkRow after, bool isDone)
    {
        Tally.Add(after, (isDone ? default : QueueTally.Place(after)) - QueueTally.Place(before));
        if (!before.IsRunning || after.IsRunning) return;
        var queue = new QueueName(after.Owner, after.Queue);
        Blocks.NoteEnd(queue, after.Key);
        if (!book.IsEmpty && book.Find(queue) is not null) work.News.Freed.Add(queue);
    }

    /// <summary>
    /// So many tasks of a queue that waited as in any queue wait as in a bounded one from now on. If there may be more, they follow soon, but not at once: others
    /// would have to wait.
    /// </summary>
    public void NoteConverted(QueueName queue, int count)
    {
        work.IsChanged |= count > 0;
        if (count >= IQueueStatements.MostConverted) book.OpenAt(queue, batch.Run);
    }

    // What other processes set is heard of a moment later than it is there.
    private bool IsSet(QueueName queue) => batch.Session.Queues.IsSet(queue) ?? book.Row(queue) is { Leaving: 0 };

    private long Count() => (batch.Session.Queues.CountSet() ?? book.Count) + work.News.Queues.Count(set => set.Value is { Leaving: 0 } && book.Row(set.Key) is not { Leaving: 0 });

    private void Write(QueueName queue, QueueRow? row)
    {
        if (row is null)
        {
            Blocks.Forget(queue);
            batch.Session.Queues.Delete(queue);
        }
        else
        {
            batch.Session.Queues.Save(row);
        }

        work.News.Queues[queue] = row;
        work.IsChanged = true;
    }
}
