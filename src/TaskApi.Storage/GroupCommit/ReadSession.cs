using System.Data.Common;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>A connection to read with, and its statements. For one caller at a time.</summary>
internal sealed class ReadSession : IDisposable
{
    private readonly ISqlStorage _storage;
    private readonly DbConnection _connection;
    private readonly Statement _find;
    private readonly Statement _findKey;
    private readonly Statement? _findWork;
    private readonly Statement? _findLease;
    private readonly Dictionary<string, Statement> _searches = new(StringComparer.Ordinal);
    private ScheduleReads? _schedules;
    private QueueReads? _queues;

    private ReadSession(ISqlStorage storage, DbConnection connection)
    {
        _storage = storage;
        _connection = connection;
        Generation = storage.Cluster?.GenerationOf(connection) ?? 0;
        _find = new(_connection, storage.Reading.Find, "@sequence", "@hiddenUntil", "@hiddenFailed");
        _findKey = new(_connection, ReadTexts.FindKey, "@key");
        if (storage.Reading.FindWork is { } work) _findWork = new(_connection, work, "@sequence", "@hiddenUntil", "@hiddenFailed");
        if (storage.Reading.FindLease is { } lease) _findLease = new(_connection, lease, "@sequence");
    }

    /// <summary>The <see cref="ICluster.Generation"/> that it shows.</summary>
    public int Generation { get; }

    /// <summary>The reads of schedules.</summary>
    public ScheduleReads Schedules => _schedules ??= new ScheduleReads(_connection);

    /// <summary>The reads of queues.</summary>
    public QueueReads Queues => _queues ??= new QueueReads(_connection);

    // Who has the tasks to himself deletes at once what is to be forgotten.
    private long HiddenUntil => _storage.Cluster?.HiddenUntil ?? long.MinValue;

    private long HiddenFailed => _storage.Cluster?.FailedHiddenUntil ?? long.MinValue;

    /// <summary>Fails unless an owner's number is his in what this session shows: between the two the database may have gone back.</summary>
    /// <exception cref="StorageUnavailableException">It isn't.</exception>
    public OwnerCounts Expect(OwnerCounts owner) =>
        owner.Generation == Generation ? owner : throw new StorageUnavailableException("The database has gone back to an earlier state.");

    /// <summary>Connects.</summary>
    public static async ValueTask<ReadSession> OpenAsync(ISqlStorage storage, CancellationToken cancellationToken) => new(storage, await storage.OpenReaderAsync(cancellationToken));

    /// <summary>The task with this number, or null.</summary>
    public async ValueTask<FoundTask?> FindAsync(long sequence, CancellationToken cancellationToken)
    {
        TaskRow row;
        await using (var reader = await _find.Set(0, sequence).Set(1, HiddenUntil).Set(2, HiddenFailed).ReadAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken)) return null;
            row = TaskRow.Read(reader);
        }

        return row.HasWork ? await FindWorkAsync(sequence, cancellationToken) : new FoundTask(row, Work: null);
    }

    /// <summary>The tasks with these numbers, as far as they are there.</summary>
    public async ValueTask<Dictionary<long, FoundTask>> FindManyAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<long, FoundTask>(sequences.Count);
        if (sequences.Count == 1 || _storage.Reading.FindMany is not { } text)
        {
            foreach (var sequence in sequences)
                if (await FindAsync(sequence, cancellationToken) is { } row) rows[sequence] = row;
            return rows;
        }

        var withWork = new List<long>();
        await ReadAsync(text, sequences, reader =>
        {
            var row = TaskRow.Read(reader);
            if (row.HasWork) withWork.Add(row.Sequence);
            else rows[row.Sequence] = new FoundTask(row, Work: null);
        }, cancellationToken);
        foreach (var (sequence, both) in await FindManyWorkAsync(withWork, cancellationToken)) rows[sequence] = both;
        return rows;
    }

    /// <summary>What a heartbeat has to know of the tasks with these numbers, as far as they are there and have work.</summary>
    public async ValueTask<Dictionary<long, LeaseRow>> FindLeasesAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<long, LeaseRow>(sequences.Count);
        if (sequences.Count > 1 && _storage.Reading.FindManyLeases is { } text)
        {
            await ReadAsync(text, sequences, reader => rows[reader.GetInt64(0)] = LeaseRow.Read(reader), cancellationToken);
            return rows;
        }

        foreach (var sequence in sequences)
        {
            await using var reader = await _findLease!.Set(0, sequence).ReadAsync(cancellationToken);
            if (await reader.ReadAsync(cancellationToken)) rows[sequence] = LeaseRow.Read(reader);
        }

        return rows;
    }

    private async ValueTask<Dictionary<long, FoundTask>> FindManyWorkAsync(List<long> sequences, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<long, FoundTask>(sequences.Count);
        if (sequences.Count > 1 && _storage.Reading.FindManyWork is { } text)
        {
            await ReadAsync(text, sequences, reader =>
            {
                var both = HeldWork.Read(reader);
                rows[both.Task.Sequence] = new FoundTask(both.Task, both.Work);
            }, cancellationToken);
            return rows;
        }

        foreach (var sequence in sequences)
            if (await FindWorkAsync(sequence, cancellationToken) is { } both) rows[sequence] = both;
        return rows;
    }

    private async ValueTask ReadAsync(string text, IReadOnlyList<long> sequences, Action<DbDataReader> take, CancellationToken cancellationToken)
    {
        using var find = new Statement(_connection, text, "@sequences", "@hiddenUntil", "@hiddenFailed");
        await using var reader = await find.Set(0, sequences.ToArray()).Set(1, HiddenUntil).Set(2, HiddenFailed).ReadAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) take(reader);
    }

    // Both rows in one statement, so that they belong together.
    private async ValueTask<FoundTask?> FindWorkAsync(long sequence, CancellationToken cancellationToken)
    {
        await using var reader = await _findWork!.Set(0, sequence).Set(1, HiddenUntil).Set(2, HiddenFailed).ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var both = HeldWork.Read(reader);
        return new FoundTask(both.Task, both.Work);
    }

    /// <summary>The call with this key, or null.</summary>
    public async ValueTask<IdempotencyRow?> FindKeyAsync(Digest key, CancellationToken cancellationToken)
    {
        await using var reader = await _findKey.Set(0, key.ToBytes()).ReadAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? IdempotencyRow.Read(reader) : null;
    }

    /// <summary>The tasks that match, in the order asked for, among the first <paramref name="window"/> after <paramref name="after"/> that the best index finds.</summary>
    public async ValueTask<SearchResult<FoundTask>> SearchAsync(int owner, TaskQuery query, long after, long window, long limit, CancellationToken cancellationToken)
    {
        var search = Search(_storage.Reading.Select(TaskRow.Columns, TaskFilters.Of(owner, query)), owner, query, after, window, limit);
        var (rows, end) = await SearchAsync(search, TaskRow.ColumnCount, static reader => TaskRow.Read(reader), window, cancellationToken);
        var found = new List<FoundTask>(rows.Count);
        var work = await FindManyWorkAsync(rows.FindAll(static row => row.HasWork).ConvertAll(static row => row.Sequence), cancellationToken);
        foreach (var row in rows)
        {
            FoundTask? task = !row.HasWork ? new FoundTask(row, Work: null) : work.TryGetValue(row.Sequence, out var both) ? both : null;
            // Of work that has gone on since then what it is now is shown, if that is wanted; of what has been forgotten, nothing.
            if (task is { } shown) found.Add(shown);
        }

        return new SearchResult<FoundTask>(found, end ?? (rows.Count == limit && !query.ByDue ? rows[^1].Sequence : null));
    }

    /// <summary>The ids of the tasks that <see cref="SearchAsync(int, TaskQuery, long, long, long, CancellationToken)"/> finds.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="query">Which.</param>
    /// <param name="after">The number that they follow.</param>
    /// <param name="window">How many are looked at.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="more">Conditions that no query has.</param>
    public ValueTask<SearchResult<TaskId>> SearchIdsAsync(
        int owner, TaskQuery query, long after, long window, long limit, CancellationToken cancellationToken, TaskFilter more = TaskFilter.None)
    {
        var search = Search(_storage.Reading.Select("sequence, nonce, created, skew", TaskFilters.Of(owner, query) | more), owner, query, after, window, limit);
        return SearchAsync(search, columns: 4, static reader => new TaskId(reader.GetInt64(2) + reader.GetInt64(3), reader.GetInt64(0), (uint)reader.GetInt64(1)), window, cancellationToken);
    }

    private static async ValueTask<SearchResult<T>> SearchAsync<T>(Statement search, int columns, Func<DbDataReader, T> take, long window, CancellationToken cancellationToken)
    {
        var found = new SearchResult<T>([], End: null);
        await using var reader = await search.ReadAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(columns)) found.Tasks.Add(take(reader));
            else if (reader.GetInt64(columns) == window) found = found with { End = reader.GetInt64(columns + 1) };
        }

        return found;
    }

    /// <summary>What an owner has, and has had.</summary>
    /// <param name="text">What the database is told, which counts: <see cref="ReadTexts.OwnerTotals"/>.</param>
    /// <param name="owner">His number.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<OwnerTotals> CountAsync(string text, int owner, CancellationToken cancellationToken)
    {
        using var count = new Statement(_connection, text, "@owner");
        await using var reader = await count.Set(0, owner).ReadAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return OwnerTotals.Read(reader);
    }

    /// <summary>The workers of an owner, by his number, that have called since an instant of the retention clock.</summary>
    public ValueTask<List<WorkerRow>> FindWorkersAsync(int owner, long since, CancellationToken cancellationToken) =>
        WorkerRow.ReadAsync(_connection, _storage.Reading.Workers!, owner, since, cancellationToken);

    /// <summary>The number of the latest task.</summary>
    public ValueTask<long> LastTaskAsync(CancellationToken cancellationToken) => NumberAsync(_storage.Reading.LastTask, cancellationToken);

    /// <summary>The number of the latest event, where the database numbers them.</summary>
    public ValueTask<long> LastEventAsync(CancellationToken cancellationToken) => NumberAsync(_storage.Reading.LastEvent!, cancellationToken);

    /// <summary>The same, and has other processes tell of what comes next.</summary>
    public async ValueTask<long?> WantEventsAsync(IListener listener, CancellationToken cancellationToken) => await listener.WantEventsAsync(_connection, cancellationToken);

    private async ValueTask<long> NumberAsync(string text, CancellationToken cancellationToken)
    {
        using var last = new Statement(_connection, text);
        await using var reader = await last.ReadAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt64(0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _find.Dispose();
        _findKey.Dispose();
        _findWork?.Dispose();
        _findLease?.Dispose();
        foreach (var search in _searches.Values) search.Dispose();
        _schedules?.Dispose();
        _queues?.Dispose();
        _connection.Dispose();
    }

    private Statement Search(string text, int owner, TaskQuery query, long after, long window, long limit)
    {
        if (!_searches.TryGetValue(text, out var statement))
            _searches[text] = statement = new Statement(_connection, text, "@owner", "@after", "@window", "@limit", "@state", "@group", "@name", "@hiddenUntil", "@type", "@queue", "@key", "@parent", "@schedule", "@hiddenFailed", "@createdAfter", "@createdBefore", "@dueAfter", "@dueSequence");
        var (dueAfter, dueSequence) = SoonestTasks.Begin(query);
        return statement.Set(0, (long)owner).Set(1, after).Set(2, window).Set(3, limit)
            .Set(4, query.State is { } state ? (long)state : null).Set(5, query.Group).Set(6, TaskRow.ToBytes(query.Name)).Set(7, HiddenUntil)
            .Set(8, query.Type).Set(9, query.Queue).Set(10, query.Key).Set(11, query.Parent?.ToByteArray(bigEndian: true)).Set(12, query.Schedule).Set(13, HiddenFailed).Set(14, query.CreatedAfter?.ToUnixTimeMilliseconds()).Set(15, query.CreatedBefore?.ToUnixTimeMilliseconds())
            .Set(16, dueAfter).Set(17, dueSequence);
    }
}
