using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// Sees to it that lanes don't stay blocked whose keys are no longer at their bound. Where few are blocked, each look at the queue goes through all of them.
/// Where many are, it goes by what has ended in this process; what else may have freed them, ends in other processes above all, is looked for bit by bit.
/// For the writer alone.
/// </summary>
internal sealed class LaneBlocks
{
    private const int Many = ListedTasks.MostCounted - 1;
    private const int Page = 200;

    // Of those that are behind, until there is something to take.
    private const int MostPages = 5;

    // Looking at a page takes milliseconds, for which everybody waits.
    private const long BetweenPagesMs = 50;

    // Of more it is simpler to look at all.
    private const int MostFreed = 10_000;

    private readonly Dictionary<QueueName, Looked> _queues = [];

    /// <summary>A task of a queue runs no longer.</summary>
    /// <param name="queue">Which.</param>
    /// <param name="key">The task's; null if it has none.</param>
    public void NoteEnd(QueueName queue, string? key)
    {
        if (key is null || !_queues.TryGetValue(queue, out var looked) || !looked.IsMany) return;
        looked.Freed.Add(key);
        if (looked.Freed.Count > MostFreed) looked.BeginAnew();
    }

    /// <summary>What has been done may not have happened.</summary>
    public void Reset() => _queues.Clear();

    /// <summary>Unblocks lanes before the queue is taken from, in a transaction that holds it.</summary>
    /// <param name="session">The transaction's.</param>
    /// <param name="queue">Which.</param>
    /// <param name="perKey">How many of a key may run; null: any number.</param>
    /// <param name="run">Now, on the run's clock.</param>
    /// <returns>True if that has to be written down, whether tasks are taken or not.</returns>
    public bool Unblock(IWriteSession session, QueueName queue, int? perKey, long run)
    {
        var lanes = session.Queues.Lanes;
        if (!_queues.TryGetValue(queue, out var looked)) _queues.Add(queue, looked = new Looked { PerKey = perKey });
        looked.IsShared = session.Cluster is not null;
        if (!looked.IsMany)
        {
            looked.PerKey = perKey;
            lanes.Unblock(queue, perKey);
            return false;
        }

        if (looked.PerKey != perKey) looked.BeginAnew();
        looked.PerKey = perKey;
        var isChanged = looked.Freed.Count > 0;
        if (isChanged) lanes.UnblockKeys(queue, perKey, [.. looked.Freed]);
        looked.Freed.Clear();
        for (var pages = 0; pages < MostPages && looked.Next <= run; pages++)
            if (UnblockPage(lanes, queue, looked, run)) return true;
        return isChanged;
    }

    /// <summary>Takes into account how many are blocked, as a look at the queue has found.</summary>
    public void Note(QueueName queue, int blocked)
    {
        var looked = _queues[queue];
        // All of them have been looked at in this transaction, if they were few.
        if (!looked.IsMany && blocked > Many) looked.GoOn(long.MinValue);
        looked.IsMany = blocked > Many;
    }

    /// <summary>When a queue in which nothing was found to take has to be looked at once more, on the run's clock; null: not before something happens.</summary>
    public long? Next(QueueName queue) => _queues[queue] is { IsMany: true, Next: < long.MaxValue and var next } ? next : null;

    private static bool UnblockPage(ILaneStatements lanes, QueueName queue, Looked looked, long run)
    {
        var page = lanes.UnblockFrom(queue, looked.PerKey, looked.From, Page);
        if (page.Keys < Page) looked.GoOn(run + BetweenPagesMs);
        else looked.TurnTo(page.Last, run + BetweenPagesMs);
        return page.Unblocked > 0;
    }

    private sealed class Looked
    {
        // They have not all been looked at since that was due.
        private bool _isBehind = true;

        /// <summary>The keys of which something has ended since the last look.</summary>
        public HashSet<string> Freed { get; } = [];

        /// <summary>The bound, at the last look.</summary>
        public required int? PerKey { get; set; }

        /// <summary>True if other processes take from the queue, too.</summary>
        public bool IsShared { get; set; }

        /// <summary>True if many lanes are blocked, or may be.</summary>
        public bool IsMany { get; set; } = true;

        /// <summary>After which key the next page begins.</summary>
        public string From { get; private set; } = "";

        /// <summary>When a page is looked at next, on the run's clock.</summary>
        public long Next { get; private set; } = long.MinValue;

        /// <summary>All are to be looked at, without delay.</summary>
        public void BeginAnew()
        {
            Freed.Clear();
            (_isBehind, From, Next) = (true, "", long.MinValue);
        }

        /// <summary>There are more after a key.</summary>
        public void TurnTo(string from, long next) => (From, Next) = (from, _isBehind ? Next : next);

        /// <summary>All have been looked at.</summary>
        public void GoOn(long next) => (_isBehind, From, Next) = (false, "", IsShared ? next : long.MaxValue);
    }
}
