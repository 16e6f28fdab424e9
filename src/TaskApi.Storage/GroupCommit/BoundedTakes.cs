using System.Runtime.InteropServices;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// Takes tasks where some of the queues are bounded, within one transaction: their bounds are looked at, and kept, under a hold of the queue which nobody
/// else has meanwhile. For the writer alone.
/// </summary>
/// <param name="batch">The transaction.</param>
/// <param name="work">What it does to work.</param>
/// <param name="starts">Starts them.</param>
/// <param name="clock">The run's clock.</param>
internal sealed class BoundedTakes(WriteBatch batch, WorkBatch work, WorkStarts starts, RunClock clock)
{
    private const int MostTurns = 10_000;

    private readonly List<HeldWork> _held = [];
    private readonly List<LeasedTask> _started = [];

    // The queues that a caller names take turns for that caller: others, who ask in between, have turns of their own.
    private readonly Dictionary<(string? Owner, string Names), uint> _turns = [];

    /// <summary>Finds, before the transaction, which of the queues that it takes from are bounded.</summary>
    public static void Plan(IReadOnlyList<WriteOperation> operations, QueueBook book, ICounters counters)
    {
        foreach (var operation in operations)
        {
            if (operation.Scope.Take is not { } take) continue;
            (take.Bounded, take.Defaults) = (book.IsEmpty ? [] : [.. Bounded(take, book, counters)], book.Defaults);
            take.Most = take.Types.Count == 0 ? [] : [.. take.Bounded.Select(queue => MostOf(book.Find(queue)))];
        }
    }

    /// <summary>Starts what a call wants: of each queue its share, in the order in which they are served; then what is left, as far as there is more.</summary>
    public LeasedTask[] Take(WorkAcquire call, WorkTake take)
    {
        _started.Clear();
        _held.Clear();
        var free = take.Free.Count;
        var bounded = take.Bounded.Where(queue => take.Types.Count == 0 ? IsHeld(queue, null) : take.Types.Any(type => IsHeld(queue, type))).ToList();
        var share = Math.Max(1, take.Max / Math.Max(1, bounded.Count + free));
        var turn = NextTurn(take);
        if (turn % (bounded.Count + 1) == 0) TakeFree(call, take, share * free);
        var first = (int)(turn % Math.Max(1, bounded.Count));
        var fuller = new List<QueueName>();
        foreach (var queue in bounded.Skip(first).Concat(bounded.Take(first)))
            if (TakeBounded(call, take, queue, share)) fuller.Add(queue);
        TakeFree(call, take, take.Max);
        foreach (var queue in fuller) TakeBounded(call, take, queue, take.Max);
        return [.. _started];
    }

    private uint NextTurn(WorkTake take)
    {
        if (_turns.Count == MostTurns) _turns.Clear();
        ref var turn = ref CollectionsMarshal.GetValueRefOrAddDefault(_turns, (take.Owner, string.Join('\n', take.Types.Count > 0 ? take.Types : take.Queues)), out _);
        return turn++;
    }

    private static IEnumerable<QueueName> Bounded(WorkTake take, QueueBook book, ICounters counters)
    {
        if (take.Types.Count == 0)
            return counters.Find(take.Owner!) is { } owner ? take.Queues.Distinct().Select(name => new QueueName(owner.Id, name)).Where(queue => book.Find(queue) is not null) : [];
        var byDefault = counters.Owners.SelectMany(owner => book.Defaults.Select(name => new QueueName(owner.Id, name)));
        return book.Rows.Select(static row => row.Queue).Union(byDefault);
    }

    // What opens by time is looked at, so that somebody knows when.
    private static int? MostOf(QueueSettings? settings) => settings switch
    {
        null or { PausedUntil: not null } => null,
        { Paused: true } => 0,
        _ => settings.MaxRunning,
    };

    private void TakeFree(WorkAcquire call, WorkTake take, int most)
    {
        var left = Math.Min(most, take.Max - _started.Count);
        if (left <= 0 || take.Free.Count == 0) return;
        work.Statements.Take(take, left, _held);
        Start(call);
    }

    // True if it has got, or converted, as many as it was to: there may be more.
    private bool TakeBounded(WorkAcquire call, WorkTake take, QueueName queue, int most)
    {
        var left = Math.Min(most, take.Max - _started.Count);
        if (left <= 0 || work.Queues.Book.Find(queue) is not { } settings) return false;
        var look = default(QueueLook);
        left = Math.Min(left, RoomIn(queue, settings, ref look));
        var statements = batch.Session.Queues;
        if (left <= 0)
        {
            // Whoever takes by type would go past them each time.
            var converted = statements.Convert(queue);
            work.Queues.NoteConverted(queue, converted);
            return converted >= IQueueStatements.MostConverted;
        }

        var count = work.Queues.Book.IsKeyed(queue) ? TakeKeyed(call, take, queue, settings.MaxRunningPerKey, left) : TakeInOrder(call, take, queue, left);
        if (settings.Rate is { } rate && count > 0)
        {
            statements.NoteStarts(queue, rate, count, batch.RetentionNow);
            NoteRate(queue, rate, look.Starts + count, look.FirstStart ?? batch.RetentionNow);
        }

        if (count < left && work.Queues.Book.Row(queue) is { Leaving: > 0 and var leaving }) work.Queues.Forget(queue, leaving);
        return count == left;
    }

    private int TakeInOrder(WorkAcquire call, WorkTake take, QueueName queue, int left)
    {
        var statements = batch.Session.Queues;
        if (take.Types.Count == 0) work.Queues.NoteConverted(queue, statements.Take(queue, type: null, left, _held));
        foreach (var type in take.Types)
            if (left > _held.Count && IsHeld(queue, type)) work.Queues.NoteConverted(queue, statements.Take(queue, type, left - _held.Count, _held));
        // If there are some still, others hold them.
        if (_held.Count == 0) take.LeavesHeld |= take.Types.Count == 0 ? statements.HasMore(queue, type: null) : take.Types.Any(type => statements.HasMore(queue, type));
        return Start(call);
    }

    private int TakeKeyed(WorkAcquire call, WorkTake take, QueueName queue, int? perKey, int left)
    {
        var (keyed, count) = (new KeyedTakes(batch, work, () => Start(call), _held), 0);
        if (take.Types.Count == 0) count = keyed.Take(queue, type: null, perKey, left);
        foreach (var type in take.Types)
            if (count < left && IsHeld(queue, type)) count += keyed.Take(queue, type, perKey, left - count);
        take.LeavesHeld |= keyed.LeavesHeld;
        return count;
    }

    // Whoever looks for a type in vain would put all that waits into lanes first.
    private bool IsHeld(QueueName queue, string? type) => batch.Session.Queues.IsHeld(queue, type);

    private int Start(WorkAcquire call)
    {
        var count = _held.Count;
        foreach (var held in _held) _started.Add(starts.Start(held, call));
        _held.Clear();
        return count;
    }

    // How many may start; notes when more may by time alone.
    private int RoomIn(QueueName queue, QueueSettings settings, ref QueueLook look)
    {
        var wall = EngineClock.ToInstant(batch.Wall);
        if (settings.IsPausedAt(wall))
        {
            if (settings.PausedUntil is { } until) work.Queues.Book.OpenAt(queue, clock.After(until - wall));
            return 0;
        }

        if (settings is { MaxRunning: null, Rate: null }) return int.MaxValue;
        look = batch.Session.Queues.Look(queue, settings, work.Queues.Tally, batch.RetentionNow);
        var room = (settings.MaxRunning ?? long.MaxValue) - look.Running;
        if (settings.Rate is { } rate)
        {
            room = Math.Min(room, rate.Count - look.Starts);
            NoteRate(queue, rate, look.Starts, look.FirstStart ?? batch.RetentionNow);
        }

        return (int)Math.Clamp(room, 0, int.MaxValue);
    }

    private void NoteRate(QueueName queue, QueueRate rate, long starts, long first)
    {
        if (starts >= rate.Count) work.Queues.Book.OpenAt(queue, clock.FromRetention(first + (long)rate.Period.TotalMilliseconds));
    }
}
