using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>What is said to the database about work, in SQLite's words.</summary>
/// <remarks>Plans matter: a partial index is used only where a statement has its condition, and an order only from an index that has it.</remarks>
internal static class SqliteWorkDialect
{
    private const string Both = "FROM work CROSS JOIN tasks ON tasks.sequence = work.sequence";

    private const string Order = "ORDER BY work.priority DESC, work.due, work.sequence";

    /// <summary>Its parameters are the columns of <see cref="ColumnUse.Insert"/>, numbered in their order.</summary>
    public static readonly string Insert = $"""
        INSERT INTO work ({SqliteDialect.List(WorkRow.Names(ColumnUse.Insert | ColumnUse.Zero))})
        VALUES ({SqliteDialect.List(WorkRow.Names(ColumnUse.Insert | ColumnUse.Zero).Select(static name => SqliteDialect.Numbered(name, WorkRow.Names(ColumnUse.Insert)) ?? "0"))})
        """;

    /// <summary>Its parameters are the columns of <see cref="ColumnUse.Key"/> and <see cref="ColumnUse.Change"/>, numbered in their order.</summary>
    public static readonly string Change = $"""
        UPDATE work SET {SqliteDialect.List(WorkRow.Names(ColumnUse.Change).Select(static name => $"{name} = {SqliteDialect.Numbered(name, WorkRow.Names(ColumnUse.Key | ColumnUse.Change))}"))}
        WHERE sequence = ?1
        """;

    public const string Finish = "UPDATE tasks SET state = ?1, finished = ?2, drift = ?3, follows = nullif(follows & 16, 0) WHERE sequence = ?4";

    public static readonly string Find = $"SELECT {HeldWork.Columns} {Both} WHERE work.sequence = ?1";

    public static readonly string FindUnique = $"SELECT {HeldWork.Columns} {Both} WHERE work.owner = ?1 AND work.unique_key = ?2 AND work.unique_key IS NOT NULL";

    /// <summary>The same for readers.</summary>
    public static readonly string FindForReaders = $"SELECT {HeldWork.Columns} {Both} WHERE work.sequence = @sequence";

    public static readonly string FindLease = $"SELECT {LeaseRow.Columns} {Both} WHERE work.sequence = @sequence";

    public static readonly string TakeOfQueue = $"SELECT {HeldWork.Columns} {Both} WHERE work.owner = ?1 AND work.queue = ?2 AND work.ready = 1 AND work.type <> '{WorkTypes.Http}' {Order} LIMIT ?3";

    /// <summary>
    /// What has been set of a queue of late may not have come to its tasks yet; nor what the configuration says, of which ?3 has the names, as JSON. What is
    /// passed over for that counts as looked at, of which there are ?4 at the most: a queue may have millions. They are looked at in their order.
    /// </summary>
    public static readonly string TakeOfType = $"""
        SELECT {HeldWork.Columns} FROM (SELECT work.sequence AS number FROM work WHERE work.type = ?1 AND work.ready = 1 {Order} LIMIT ?4) AS looked
          CROSS JOIN work ON work.sequence = looked.number CROSS JOIN tasks ON tasks.sequence = work.sequence
        WHERE NOT EXISTS (SELECT 1 FROM queues WHERE queues.owner = work.owner AND queues.name = work.queue AND queues.leaving = 0)
          AND work.queue NOT IN (SELECT value FROM json_each(?3)) LIMIT ?2
        """;

    public static readonly string Ring = $"SELECT {HeldWork.Columns} {Both} WHERE work.alarm IS NOT NULL AND work.alarm <= ?1 ORDER BY work.alarm LIMIT ?2";

    public const string NextAlarm = "SELECT alarm FROM work WHERE alarm IS NOT NULL ORDER BY alarm LIMIT 1";

    public const string Attached = "SELECT sequence, attempt, secret FROM work WHERE beat IS NOT NULL AND beat = @beat";

    public static readonly string HoldAttached = $"SELECT {HeldWork.Columns} {Both} WHERE work.beat IS NOT NULL AND work.beat = ?1 LIMIT ?2";

    public const string FindBeat = $"SELECT {Beat} FROM beats WHERE owner = @owner AND worker = @worker";

    public const string FindHandlers = "SELECT id FROM beats WHERE until = @forever AND lease_ms IS NULL";

    public const string InsertBeat = "INSERT INTO beats (owner, worker, until, lease_ms) VALUES (@owner, @worker, @until, @lease) RETURNING id";

    public const string ChangeBeat = "UPDATE beats SET until = @until, lease_ms = @lease WHERE id = @id";

    public const string DeleteBeat = "DELETE FROM beats WHERE id = @id";

    public const string Expired = $"SELECT {Beat} FROM beats WHERE until <= @kept ORDER BY until LIMIT 1";

    public const string NextExpiry = "SELECT until FROM beats ORDER BY until LIMIT 1";

    /// <summary>What workers couldn't renew while nobody was there to hear them.</summary>
    public const string Extend = "UPDATE beats SET until = max(until, @kept + lease_ms) WHERE lease_ms IS NOT NULL";

    /// <summary>Handlers of an earlier process are gone.</summary>
    public const string ExpireHandlers = "UPDATE beats SET until = @kept WHERE lease_ms IS NULL";

    /// <summary>At the start: what an earlier run noted relative to its own clock is looked at anew.</summary>
    public const string Rebase = "UPDATE work SET lag = 0, alarm = CASE WHEN alarm IS NULL THEN NULL ELSE 0 END WHERE lag NOT BETWEEN -100 AND 100";

    /// <summary>Whether anything runs.</summary>
    public const string Runs = "SELECT 1 FROM queue_counts WHERE running > 0 LIMIT 1";

    /// <summary>At the start: whatever runs is looked at anew, since an earlier run may have begun by a clock that showed more.</summary>
    public const string RebaseRunning = "UPDATE work SET alarm = 0 WHERE running = 1 AND alarm IS NOT NULL";

    public const string CountReady = """
        SELECT owner, queue, type, count(*) FROM work WHERE ready = 1 GROUP BY owner, queue, type
        UNION ALL SELECT owner, queue, type, count(*) FROM work WHERE ready = 2 GROUP BY owner, queue, type
        UNION ALL SELECT owner, queue, type, count(*) FROM work WHERE ready = 3 GROUP BY owner, queue, type
        UNION ALL SELECT owner, queue, type, count(*) FROM work WHERE ready = 4 GROUP BY owner, queue, type
        """;

    /// <summary>Tasks of a bounded queue: ?1 is the owner, ?2 the queue, ?3 how many at the most.</summary>
    public static string TakeOfBounded(string more) => $"SELECT {HeldWork.Columns} {Both} WHERE work.owner = ?1 AND work.queue = ?2 AND work.ready = 2 {more} {Order} LIMIT ?3";

    private const string Beat = "id, owner, worker, until, lease_ms";
}
