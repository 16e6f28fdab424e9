using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What is set of queues, as this process knows it, and when those open that time alone opens. Thread-safe.</summary>
/// <param name="options">What bounds queues of which nothing is set.</param>
internal sealed class QueueBook(WorkOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<QueueName, long> _opening = [];
    private Dictionary<QueueName, QueueRow> _rows = [];
    private long _nextOpening = long.MaxValue;

    /// <summary>True if no queue is bounded.</summary>
    public bool IsEmpty => options.Queues.Count == 0 && Volatile.Read(ref _rows).Count == 0;

    /// <summary>Of how many queues something is set.</summary>
    public int Count => Rows.Count(static row => row.Leaving == 0);

    /// <summary>All of which something is set.</summary>
    public IReadOnlyCollection<QueueRow> Rows => Volatile.Read(ref _rows).Values;

    /// <summary>The names of those that the configuration bounds.</summary>
    public IReadOnlyCollection<string> Defaults => options.Queues.Keys;

    /// <summary>When the first queue opens by time, on the run's clock.</summary>
    public long NextOpening => Volatile.Read(ref _nextOpening);

    /// <summary>What a queue goes by of which nothing is set.</summary>
    public QueueSettings DefaultsOf(string name) => options.DefaultsOf(name) ?? QueueSettings.None;

    /// <summary>What is set of a queue; null if nothing is.</summary>
    public QueueRow? Row(QueueName queue) => Volatile.Read(ref _rows).GetValueOrDefault(queue);

    /// <summary>What a queue goes by; null if it isn't bounded.</summary>
    public QueueSettings? Find(QueueName queue) => Row(queue) is not { } row ? options.DefaultsOf(queue.Name)
        : row.Leaving == 0 ? row.Settings
        : DefaultsOf(queue.Name);

    /// <summary>True if its tasks are in lanes, by their keys.</summary>
    public bool IsKeyed(QueueName queue) => Row(queue) is { IsKeyed: true } || Find(queue) is { MaxRunningPerKey: not null };

    /// <summary>True if tasks that come due in it wait as in a bounded one.</summary>
    public bool IsBounded(int owner, string queue) => !IsEmpty && (Row(new QueueName(owner, queue)) is { Leaving: 0 } || options.DefaultsOf(queue) is not null);

    /// <summary>Takes over what the database has.</summary>
    /// <returns>True if that is something else than was known.</returns>
    public bool Load(List<QueueRow> rows)
    {
        lock (_gate)
        {
            var isSame = rows.Count == _rows.Count && rows.TrueForAll(row => _rows.TryGetValue(row.Queue, out var known) && known == row);
            if (!isSame) Volatile.Write(ref _rows, rows.ToDictionary(static row => row.Queue));
            return !isSame;
        }
    }

    /// <summary>Takes over what this process has written down.</summary>
    public void Apply(IReadOnlyDictionary<QueueName, QueueRow?> changes)
    {
        if (changes.Count == 0) return;
        lock (_gate)
        {
            var rows = new Dictionary<QueueName, QueueRow>(_rows);
            foreach (var (queue, row) in changes)
            {
                if (row is null) rows.Remove(queue);
                else rows[queue] = row;
            }

            Volatile.Write(ref _rows, rows);
        }
    }

    /// <summary>A queue may open at that instant, on the run's clock, without anybody's doing.</summary>
    public void OpenAt(QueueName queue, long run)
    {
        lock (_gate)
        {
            _opening[queue] = Math.Min(run, _opening.GetValueOrDefault(queue, long.MaxValue));
            Volatile.Write(ref _nextOpening, Math.Min(_nextOpening, run));
        }
    }

    /// <summary>Takes those whose time has come.</summary>
    public List<QueueName> TakeOpened(long run)
    {
        var opened = new List<QueueName>();
        if (NextOpening > run) return opened;
        lock (_gate)
        {
            var next = long.MaxValue;
            foreach (var (queue, at) in _opening)
            {
                if (at <= run) opened.Add(queue);
                else next = Math.Min(next, at);
            }

            foreach (var queue in opened) _opening.Remove(queue);
            Volatile.Write(ref _nextOpening, next);
        }

        return opened;
    }
}
