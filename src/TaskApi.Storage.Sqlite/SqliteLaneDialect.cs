namespace TaskApi.Storage.Sqlite;

/// <summary>What is said to the database about lanes, in SQLite's words.</summary>
/// <remarks>Plans matter: a partial index is used only where a statement has its condition, letter by letter.</remarks>
internal static class SqliteLaneDialect
{
    private const string Of = "owner = @owner AND queue = @queue";

    private const string Key = "coalesce(key, '')";

    private const string InTurn = "ORDER BY priority DESC, due, sequence";

    private const string Listed = $"RETURNING {Key}, type, priority, due, sequence";

    public const string Unblock = $"""
        UPDATE queue_lanes INDEXED BY queue_lanes_blocked SET blocked = 0 WHERE {Of} AND blocked = 1
          AND (SELECT count(*) FROM (SELECT 1 FROM work INDEXED BY work_running WHERE work.owner = @owner AND work.queue = @queue AND work.key = queue_lanes.key AND running = 1 LIMIT @perKey)) < max(@perKey, 1)
        """;

    public const string UnblockKey = $"{Unblock} AND key = @key";

    public const string BlockedKeys = $"SELECT DISTINCT key FROM queue_lanes INDEXED BY queue_lanes_blocked WHERE {Of} AND blocked = 1 AND key > @from ORDER BY key LIMIT @most";

    public const string CountBlocked = $"SELECT count(*) FROM (SELECT 1 FROM queue_lanes INDEXED BY queue_lanes_blocked WHERE {Of} AND blocked = 1 LIMIT @most)";

    public const string Put = """
        INSERT INTO queue_lanes (owner, queue, key, type, blocked, priority, due, sequence) VALUES (@owner, @queue, @key, @type, 0, @priority, @due, @sequence)
        ON CONFLICT (owner, queue, key, type) DO UPDATE SET priority = excluded.priority, due = excluded.due, sequence = excluded.sequence
        WHERE (-excluded.priority, excluded.due, excluded.sequence) < (-priority, due, sequence)
        """;

    public const string FirstKey = $"SELECT {Key} FROM work WHERE {Of} AND ready = 3 AND {Key} >= @from ORDER BY {Key} LIMIT 1";

    public const string NextKey = $"SELECT {Key} FROM work WHERE {Of} AND ready = 3 AND {Key} > @from ORDER BY {Key} LIMIT 1";

    public const string ListOfKey = $"""
        UPDATE work SET ready = 4 WHERE sequence IN (SELECT sequence FROM work WHERE {Of} AND ready = 3 AND {Key} = @key {InTurn} LIMIT @most) {Listed}
        """;

    public const string Running = $"SELECT count(*) FROM (SELECT 1 FROM work INDEXED BY work_running WHERE {Of} AND key = @key AND running = 1 LIMIT @most)";

    public const string Tasks = $"SELECT priority, due, sequence FROM work WHERE {Of} AND type = @type AND {Key} = @key AND ready = 4 {InTurn} LIMIT @most";

    public const string Move = $"UPDATE queue_lanes SET priority = @priority, due = @due, sequence = @sequence WHERE {Of} AND key = @key AND type = @type";

    public const string Remove = $"DELETE FROM queue_lanes WHERE {Of} AND key = @key AND type = @type";

    public const string Block = $"UPDATE queue_lanes SET blocked = 1 WHERE {Of} AND key = @key";

    public static readonly string Find = Lanes($"AND type <> '{WorkTypes.Http}'");

    public static readonly string FindOfType = Lanes("AND type = @type");

    /// <summary>Puts those into lanes that wait otherwise.</summary>
    public static string List(int ready) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"""
        UPDATE work SET ready = 4 WHERE sequence IN (SELECT sequence FROM work WHERE {Of} AND ready = {ready} {InTurn} LIMIT @most) {Listed}
        """);

    private static string Lanes(string more) => $"SELECT key, type, priority, due, sequence FROM queue_lanes WHERE {Of} {more} AND blocked = 0 {InTurn} LIMIT @most";
}
