using System.Data.Common;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>The writer's statements about lanes. For the writer alone.</summary>
internal sealed class SqliteLanes(DbConnection connection) : ILaneStatements, IDisposable
{
    private readonly Statement _unblock = Prepare(connection, SqliteLaneDialect.Unblock, "@perKey");
    private readonly Statement _unblockKey = Prepare(connection, SqliteLaneDialect.UnblockKey, "@perKey", "@key");
    private readonly Statement _blockedKeys = Prepare(connection, SqliteLaneDialect.BlockedKeys, "@from", "@most");
    private readonly Statement _countBlocked = Prepare(connection, SqliteLaneDialect.CountBlocked, "@most");
    private readonly Statement[] _list = Array.ConvertAll([3, 2, 1], ready => Prepare(connection, SqliteLaneDialect.List(ready), "@most"));
    private readonly Statement _put = Prepare(connection, SqliteLaneDialect.Put, "@key", "@type", "@priority", "@due", "@sequence");
    private readonly Statement _firstKey = Prepare(connection, SqliteLaneDialect.FirstKey, "@from");
    private readonly Statement _nextKey = Prepare(connection, SqliteLaneDialect.NextKey, "@from");
    private readonly Statement _listOfKey = Prepare(connection, SqliteLaneDialect.ListOfKey, "@key", "@most");
    private readonly Statement _find = Prepare(connection, SqliteLaneDialect.Find, "@most");
    private readonly Statement _findOfType = Prepare(connection, SqliteLaneDialect.FindOfType, "@most", "@type");
    private readonly Statement _running = Prepare(connection, SqliteLaneDialect.Running, "@key", "@most");
    private readonly Statement _tasks = Prepare(connection, SqliteLaneDialect.Tasks, "@key", "@type", "@most");
    private readonly Statement _move = Prepare(connection, SqliteLaneDialect.Move, "@key", "@type", "@priority", "@due", "@sequence");
    private readonly Statement _remove = Prepare(connection, SqliteLaneDialect.Remove, "@key", "@type");
    private readonly Statement _block = Prepare(connection, SqliteLaneDialect.Block, "@key");
    private readonly SqliteQuery _hold = new(connection, SqliteWorkDialect.Find);

    /// <inheritdoc/>
    public void Unblock(QueueName queue, int? perKey) => Of(_unblock, queue).Set(2, (long)(perKey ?? 0)).Execute();

    /// <inheritdoc/>
    public void UnblockKeys(QueueName queue, int? perKey, string[] keys)
    {
        foreach (var key in keys) UnblockKey(queue, perKey, key);
    }

    /// <inheritdoc/>
    public UnblockedKeys UnblockFrom(QueueName queue, int? perKey, string after, int keys)
    {
        var blocked = new List<string>();
        using (var reader = Of(_blockedKeys, queue).Set(2, after).Set(3, (long)keys).Read())
            while (reader.Read()) blocked.Add(reader.GetString(0));
        return new UnblockedKeys(blocked.Count, blocked.Count == 0 ? "" : blocked[^1], blocked.Count(key => UnblockKey(queue, perKey, key)));
    }

    /// <inheritdoc/>
    public ListedTasks List(QueueName queue, int most)
    {
        var counts = Array.ConvertAll(_list, list => Put(queue, Of(list, queue).Set(2, (long)most)));
        return new ListedTasks(counts[0], Math.Max(counts[1], counts[2]), (int)Of(_countBlocked, queue).Set(2, (long)ListedTasks.MostCounted).Scalar()!.Value);
    }

    /// <inheritdoc/>
    public ListedKeys ListByKey(QueueName queue, string from, int keys, int each)
    {
        var (count, last) = (0, from);
        while (count < keys && ReadText(Of(count == 0 ? _firstKey : _nextKey, queue).Set(2, last)) is { } key)
        {
            Put(queue, Of(_listOfKey, queue).Set(2, key).Set(3, (long)each));
            (count, last) = (count + 1, key);
        }

        return new ListedKeys(count, last);
    }

    /// <inheritdoc/>
    public List<FoundLane> Find(QueueName queue, LaneSearch search)
    {
        var lanes = new List<LaneRow>();
        var find = search.Type is null ? Of(_find, queue).Set(2, (long)search.Lanes) : Of(_findOfType, queue).Set(2, (long)search.Lanes).Set(3, search.Type);
        using (var reader = find.Read())
            while (reader.Read()) lanes.Add(ReadLane(reader));
        return lanes.ConvertAll(lane => new FoundLane(lane, search.PerKey is { } perKey ? Running(queue, lane.Key, perKey) : 0, Tasks(queue, lane, search.Each(lane.Key))));
    }

    /// <inheritdoc/>
    public void Hold(IReadOnlyList<TaskPlace> tasks, List<HeldWork> held)
    {
        foreach (var task in tasks)
            if (_hold.Set(1, task.Sequence).ReadOne() is { } one) held.Add(one);
    }

    /// <inheritdoc/>
    public void Change(QueueName queue, LaneChanges changes)
    {
        foreach (var lane in changes.Moved) Write(_move, queue, lane).Execute();
        foreach (var lane in changes.Gone) Of(_remove, queue).Set(2, lane.Key).Set(3, lane.Type).Execute();
        foreach (var key in changes.Blocked) Of(_block, queue).Set(2, key).Execute();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_unblock, _unblockKey, _blockedKeys, _countBlocked, .. _list, _put, _firstKey, _nextKey, _listOfKey, _find, _findOfType, _running, _tasks, _move, _remove, _block])
            statement.Dispose();
        _hold.Dispose();
    }

    private static Statement Prepare(DbConnection connection, string text, params ReadOnlySpan<string> parameters) => new(connection, text, ["@owner", "@queue", .. parameters]);

    private static Statement Of(Statement statement, QueueName queue) => statement.Set(0, queue.Owner).Set(1, queue.Name);

    private static Statement Write(Statement statement, QueueName queue, LaneRow lane) =>
        Of(statement, queue).Set(2, lane.Key).Set(3, lane.Type).Set(4, lane.Place.Priority).Set(5, lane.Place.Due).Set(6, lane.Place.Sequence);

    private static LaneRow ReadLane(DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), ReadPlace(reader, 2));

    private static TaskPlace ReadPlace(DbDataReader reader, int first) => new(reader.GetInt32(first), reader.GetInt64(first + 1), reader.GetInt64(first + 2));

    private static string? ReadText(Statement statement)
    {
        using var reader = statement.Read();
        return reader.Read() ? reader.GetString(0) : null;
    }

    // What a statement has put into lanes gets them, as far as there are none, or the first of theirs comes later.
    private int Put(QueueName queue, Statement list)
    {
        var (count, first) = (0, new Dictionary<(string Key, string Type), TaskPlace>());
        using (var reader = list.Read())
        {
            for (; reader.Read(); count++)
            {
                var (key, type, place) = ReadLane(reader);
                if (!first.TryGetValue((key, type), out var known) || place.Compare(known) < 0) first[(key, type)] = place;
            }
        }

        foreach (var ((key, type), place) in first) Write(_put, queue, new LaneRow(key, type, place)).Execute();
        return count;
    }

    private bool UnblockKey(QueueName queue, int? perKey, string key) => Of(_unblockKey, queue).Set(2, (long)(perKey ?? 0)).Set(3, key).Execute() > 0;

    private int Running(QueueName queue, string key, int most) => (int)Of(_running, queue).Set(2, key).Set(3, (long)most).Scalar()!.Value;

    private List<TaskPlace> Tasks(QueueName queue, LaneRow lane, int most)
    {
        var tasks = new List<TaskPlace>();
        using var reader = Of(_tasks, queue).Set(2, lane.Key).Set(3, lane.Type).Set(4, (long)most).Read();
        while (reader.Read()) tasks.Add(ReadPlace(reader, 0));
        return tasks;
    }
}
