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

    // And of round after round in vain there is less and less to expect.
    private const long LongestPauseMs = 1000;

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

    /// <summary>Nothing is set of a queue any more.</summary>
    public void Forget(QueueName queue) => _queues.Remove(queue);

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
        if (!looked.IsMany && blocked > Many) looked.Begin();
        looked.IsMany = blocked > Many;
    }

    /// <summary>When a queue in which nothing was found to take has to be looked at once more, on the run's clock; null: not before something happens.</summary>
    public long? Next(QueueName queue) => _queues[queue] is { IsMany: true, Next: < long.MaxValue and var next } ? next : null;

    private static bool UnblockPage(ILaneStatements lanes, QueueName queue, Looked looked, long run)
    {
        var page = lanes.UnblockFrom(queue, looked.PerKey, looked.From, Page);
        looked.HasFreed |= page.Unblocked > 0;
        if (page.Keys < Page) looked.End(run);
        else looked.TurnTo(page.Last, run);
        return page.Unblocked > 0;
    }

    private sealed class Looked
    {
        // They have not all been looked at since that was due.
        private bool _isBehind = true;
        private long _pause = BetweenPagesMs;

        /// <summary>The keys of which something has ended since the last look.</summary>
        public HashSet<string> Freed { get; } = [];

        /// <summary>The bound, at the last look.</summary>
        public required int? PerKey { get; set; }

        /// <summary>True if other processes take from the queue, too.</summary>
        public bool IsShared { get; set; }

        /// <summary>True if many lanes are blocked, or may be.</summary>
        public bool IsMany { get; set; } = true;

        /// <summary>True if some have been unblocked in this round.</summary>
        public bool HasFreed { get; set; }

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

        /// <summary>Where all have just been looked at, looking at pages begins.</summary>
        public void Begin() => (_isBehind, From, Next, HasFreed, _pause) = (false, "", IsShared ? long.MinValue : long.MaxValue, false, BetweenPagesMs);

        /// <summary>There are more after a key. If nobody has looked for a while, some pages follow one another.</summary>
        public void TurnTo(string from, long run) => (From, Next) = (from, _isBehind ? Next : Math.Max(Next, run - (MostPages * BetweenPagesMs)) + BetweenPagesMs);

        /// <summary>All have been looked at.</summary>
        public void End(long run)
        {
            _pause = HasFreed ? BetweenPagesMs : Math.Min(2 * _pause, LongestPauseMs);
            (_isBehind, HasFreed, From, Next) = (false, false, "", IsShared ? run + _pause : long.MaxValue);
        }
    }
}
