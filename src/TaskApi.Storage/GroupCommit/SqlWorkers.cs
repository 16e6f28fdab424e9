using TaskApi.Engine.Memory;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// The workers that have called. This process knows those that called it; where there are others, a worker is written down, for all to see, when it calls for
/// the first time or asks for other queues, and otherwise now and then. Thread-safe.
/// </summary>
/// <param name="database">Knows what they run.</param>
internal sealed class SqlWorkers(DatabaseAccess database)
{
    // How old what others see may be, in milliseconds: much less than the time for which a worker is listed.
    private const int WrittenEvery = 15_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, WorkerTable> _owners = new(StringComparer.Ordinal);

    /// <summary>Notes that somebody calls; handlers in this process are not listed.</summary>
    /// <param name="owner">Whose it is; null for nobody's.</param>
    /// <param name="worker">Its name.</param>
    /// <param name="queues">What it asks for; null: nothing now.</param>
    public ValueTask NoteAsync(string? owner, string worker, IReadOnlyList<string>? queues)
    {
        if (owner is null) return default;
        lock (_gate)
        {
            if (!_owners.TryGetValue(owner, out var workers)) _owners[owner] = workers = new WorkerTable();
            var state = workers.Note(worker, queues, database.Clock.Ticks.SteadyTick, EngineClock.ToInstant(database.Clock.Wall));
            if (database.Storage.Reading.Workers is null || !state.IsToBeWritten(queues, WrittenEvery)) return default;
        }

        return WriteAsync(owner, worker, queues);
    }

    /// <summary>How many of an owner's ask for each queue.</summary>
    public async ValueTask<Dictionary<string, int>> CountByQueueAsync(string owner, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, int>();
        foreach (var worker in await ListAsync(owner, cancellationToken))
            foreach (var queue in worker.Queues) counts[queue] = counts.GetValueOrDefault(queue) + 1;
        return counts;
    }

    /// <summary>Those of an owner that have called of late, by name.</summary>
    public async ValueTask<IReadOnlyList<WorkerInfo>> ListAsync(string owner, CancellationToken cancellationToken)
    {
        var found = database.Storage.Reading.Workers is null ? Own(owner, database.Signals.Running.CountByWorker(owner)) : await ReadAsync(owner, cancellationToken);
        found.Sort(static (left, right) => string.CompareOrdinal(left.Worker, right.Worker));
        return found;
    }

    private async ValueTask WriteAsync(string owner, string worker, IReadOnlyList<string>? queues)
    {
        try
        {
            await database.ChangeAsync(
                owner, batch =>
                {
                    batch.Work.IsChanged = true;
                    batch.Work.Statements.SaveWorker(new WorkerRow(database.Counters.Ensure(owner).Id, worker, queues is null ? null : WorkerRow.Join(queues), batch.RetentionNow));
                    return true;
                },
                refusal: null, WriteScope.Changing([]), CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            lock (_gate)
                if (_owners.GetValueOrDefault(owner)?.Find(worker) is { } state) state.WrittenTick = null;
            throw;
        }
    }

    // What this process has heard itself is newer than what has been written down.
    private async ValueTask<List<WorkerInfo>> ReadAsync(string owner, CancellationToken cancellationToken)
    {
        if (await database.Counters.FindAsync(owner, cancellationToken) is not { } counts) return [];
        var rows = await database.Readers.ReadAsync(
            (Owner: counts, Since: database.Clock.RetentionNow - WorkerTable.ListedFor),
            static (session, state, token) => session.FindWorkersAsync(session.Expect(state.Owner).Id, state.Since, token), cancellationToken);
        var own = Own(owner, []).ToDictionary(static worker => worker.Worker, StringComparer.Ordinal);
        return rows.ConvertAll(row =>
        {
            var seen = EngineClock.ToInstant(row.Seen);
            if (own.TryGetValue(row.Worker, out var here) && here.LastSeenAt > seen) seen = here.LastSeenAt;
            return new WorkerInfo(row.Worker, row.QueueNames, row.Running, seen);
        });
    }

    private List<WorkerInfo> Own(string owner, Dictionary<string, int> running)
    {
        lock (_gate)
        {
            if (!_owners.TryGetValue(owner, out var workers)) return [];
            var since = database.Clock.Ticks.SteadyTick - WorkerTable.ListedFor;
            return [.. workers.All.Where(worker => worker.SeenTick >= since).Select(worker => new WorkerInfo(worker.Name, worker.Queues, running.GetValueOrDefault(worker.Name), worker.SeenAt))];
        }
    }
}
