using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// Takes from a queue that counts by keys. Its tasks are put into lanes, each once; a lane is blocked at most once for each task of its key that starts,
/// and <see cref="LaneBlocks"/> unblocks it. All else is found by indexes: so what a task costs depends neither on how many wait nor on how many keys there are. For the writer alone.
/// </summary>
/// <param name="batch">The transaction.</param>
/// <param name="work">What it does to work.</param>
/// <param name="start">Starts the tasks that are held; answers how many.</param>
/// <param name="held">Those that are held.</param>
internal sealed class KeyedTakes(WriteBatch batch, WorkBatch work, Func<int> start, List<HeldWork> held)
{
    // So many are put into lanes with each look, or more if more are wanted, which a call for a single task has to wait for; and of so many keys so many.
    private const int MostListed = 20;
    private const int Keys = 200;
    private const int EachOfKey = 10;

    // Of what is there for long, others have to wait while it is put into lanes.
    private const int Rounds = 5;

    private const int MostLanes = 50;

    /// <summary>True if it has passed over tasks that might have started, as another process was holding them.</summary>
    public bool LeavesHeld { get; private set; }

    private ILaneStatements Lanes => batch.Session.Queues.Lanes;

    /// <summary>Starts tasks of which none is one too many of its key; answers how many.</summary>
    /// <param name="queue">The queue, held.</param>
    /// <param name="type">Of this type; null: of any.</param>
    /// <param name="perKey">How many of a key may run; null: any number, now.</param>
    /// <param name="most">How many at the most.</param>
    public int Take(QueueName queue, string? type, int? perKey, int most)
    {
        var blocks = work.Queues.Blocks;
        work.IsChanged |= blocks.Unblock(batch.Session, queue, perKey, batch.Run);
        var count = TakeInRounds(queue, type, perKey, most);
        if (count < most && blocks.Next(queue) is { } next) work.Queues.Book.OpenAt(queue, Math.Max(next, batch.Run));
        return count;
    }

    private int TakeInRounds(QueueName queue, string? type, int? perKey, int most)
    {
        var (count, limit) = (0, Math.Max(MostListed, most));
        for (var round = 0; ; round++)
        {
            var listed = Lanes.List(queue, limit);
            work.Queues.Blocks.Note(queue, listed.Blocked);
            work.IsChanged |= listed.Keyed + listed.Others > 0;
            count += Serve(queue, type, perKey, most - count);
            // Whoever takes by type would go past them each time.
            if (count >= most && listed.Others >= limit) work.Queues.NoteConverted(queue, batch.Session.Queues.Convert(queue));
            var isAll = listed.Keyed < limit && listed.Others < limit;
            LeavesHeld |= isAll && listed.IsMore;
            if (count >= most || isAll) return count;

            // The first are all of keys at their bound, but not the last.
            var before = count;
            if (listed.Keyed >= limit) count += TakeByKey(queue, type, perKey, most - count);
            if (count >= most || (count == before && listed.Others < limit)) return count;
            if (round < Rounds) continue;
            work.Queues.Book.OpenAt(queue, batch.Run);
            return count;
        }
    }

    private int TakeByKey(QueueName queue, string? type, int? perKey, int most)
    {
        var (count, listed) = (0, new ListedKeys(Keys, ""));
        while (listed.Keys == Keys && count < most)
        {
            listed = Lanes.ListByKey(queue, listed.Last, Keys, EachOfKey);
            count += Serve(queue, type, perKey, most - count);
        }

        return count;
    }

    private int Serve(QueueName queue, string? type, int? perKey, int most)
    {
        // The keys whose first tasks others hold: there may be others behind them.
        var (count, passed) = (0, new HashSet<string>());
        while (count < most)
        {
            var search = new LaneSearch(type, Math.Min(most - count + passed.Count, MostLanes), perKey, most - count);
            var found = Lanes.Find(queue, search);
            if (found.Count == 0) break;
            var isAll = found.Count < search.Lanes;
            var running = new Dictionary<string, int>();
            foreach (var lane in found) running[lane.Row.Key] = lane.Running;

            var chosen = Choose(found, search, isAll ? null : found[^1].Row.Place, running, passed);
            if (chosen.Count > 0) Lanes.Hold([.. chosen.Select(static one => one.Task)], held);
            var starting = held.Select(static one => one.Work.Sequence).ToHashSet();
            var passes = held.Count < chosen.Count && PassOver(chosen, starting, running, passed);
            var changes = Follow(found, starting, search, running);
            if (!changes.IsEmpty) Lanes.Change(queue, changes);
            work.IsChanged |= !changes.IsEmpty;
            var started = held.Count == 0 ? 0 : start();
            count += started;
            if (isAll && chosen.Count < search.Tasks) break;
            // Others hold all that there are.
            if (started == 0 && changes.IsEmpty && !passes) break;
        }

        return count;
    }

    // Others hold some: these don't run, and their keys aren't at their bound by them. True if there are keys among theirs that haven't been passed over before.
    private bool PassOver(List<(TaskPlace Task, string Key)> chosen, HashSet<long> starting, Dictionary<string, int> running, HashSet<string> passed)
    {
        LeavesHeld = true;
        var before = passed.Count;
        foreach (var (task, key) in chosen)
        {
            if (starting.Contains(task.Sequence)) continue;
            running[key]--;
            if (key.Length > 0) passed.Add(key);
        }

        return passed.Count > before;
    }

    // The first of all, as far as it is known that none comes before.
    private static List<(TaskPlace Task, string Key)> Choose(List<FoundLane> found, LaneSearch search, TaskPlace? until, Dictionary<string, int> running, HashSet<string> passed)
    {
        var candidates = new List<(TaskPlace Task, string Key)>();
        foreach (var lane in found)
            foreach (var task in lane.Tasks)
                if (until is not { } last || task.Compare(last) <= 0) candidates.Add((task, lane.Row.Key));
        candidates.Sort(static (one, other) => one.Task.Compare(other.Task));

        var chosen = new List<(TaskPlace Task, string Key)>();
        foreach (var (task, key) in candidates)
        {
            if (chosen.Count == search.Tasks) break;
            if (passed.Contains(key) || IsBlocked(key, search, running)) continue;
            running[key]++;
            chosen.Add((task, key));
        }

        return chosen;
    }

    private static LaneChanges Follow(List<FoundLane> found, HashSet<long> starting, LaneSearch search, Dictionary<string, int> running)
    {
        var changes = new LaneChanges();
        foreach (var (row, _, tasks) in found)
        {
            if (IsBlocked(row.Key, search, running)) changes.Blocked.Add(row.Key);
            var next = tasks.FindIndex(task => !starting.Contains(task.Sequence));
            // One more is looked for than may start: where none is left, there is none.
            if (next < 0) changes.Gone.Add(row);
            else if (tasks[next] != row.Place) changes.Moved.Add(row with { Place = tasks[next] });
        }

        return changes;
    }

    private static bool IsBlocked(string key, LaneSearch search, Dictionary<string, int> running) => key.Length > 0 && running[key] >= search.PerKey;
}
