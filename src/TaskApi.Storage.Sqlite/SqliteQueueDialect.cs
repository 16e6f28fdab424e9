using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>What is said to the database about queues, in SQLite's words.</summary>
internal static class SqliteQueueDialect
{
    private const string Of = "owner = @owner AND queue = @queue";

    private const string InIt = "work.owner = queues.owner AND work.queue = queues.name";

    public const string Load = $"SELECT {QueueRow.Columns} FROM queues";

    /// <summary>Those with tasks that wait as in a bounded queue, though nothing is set of them.</summary>
    public const string LoadLeft = """
        SELECT owner, queue, max(keyed) FROM (
          SELECT DISTINCT owner, queue, 0 AS keyed FROM work WHERE ready = 2
          UNION ALL SELECT DISTINCT owner, queue, 1 FROM work WHERE ready = 3
          UNION ALL SELECT DISTINCT owner, queue, 1 FROM work WHERE ready = 4) AS waiting
        WHERE NOT EXISTS (SELECT 1 FROM queues WHERE queues.owner = waiting.owner AND queues.name = waiting.queue) GROUP BY owner, queue
        """;

    public const string Save = $"""
        INSERT INTO queues ({QueueRow.Columns}) VALUES (@owner, @name, @maxRunning, @maxPerKey, @rateCount, @rateSeconds, @paused, @until, @leaving, @keyed, @held, @heldUntil)
        ON CONFLICT (owner, name) DO UPDATE SET max_running = excluded.max_running, max_per_key = excluded.max_per_key, rate_count = excluded.rate_count,
          rate_seconds = excluded.rate_seconds, paused = excluded.paused, paused_until = excluded.paused_until, leaving = excluded.leaving,
          keyed = max(keyed, excluded.keyed), held = excluded.held, held_until = excluded.held_until
        """;

    public const string Delete = "DELETE FROM queues WHERE owner = @owner AND name = @name";

    /// <summary>How many run in each queue, whatever their types.</summary>
    public const string CountRunning = "SELECT owner, queue, '', running FROM queue_counts WHERE running > 0";

    public const string Running = $"SELECT running FROM queue_counts WHERE {Of}";

    public const string Starts = $"SELECT coalesce(sum(starts), 0), min(at) FROM queue_starts WHERE {Of} AND at > @since";

    public const string NoteStart = """
        INSERT INTO queue_starts (owner, queue, at, starts) VALUES (@owner, @queue, @at, @starts) ON CONFLICT (owner, queue, at) DO UPDATE SET starts = starts + excluded.starts
        """;

    public const string ForgetStarts = $"DELETE FROM queue_starts WHERE {Of} AND at <= @until";

    /// <summary>Has those that wait as in any queue wait as in a bounded one, the first to start first.</summary>
    public const string Convert = $"""
        UPDATE work SET ready = 2 WHERE sequence IN (SELECT sequence FROM work WHERE {Of} AND ready = 1 ORDER BY priority DESC, due, sequence LIMIT @most)
        """;

    public const string HasWaiting = $"""
        SELECT 1 FROM work WHERE {Of} AND ready = 2 UNION ALL SELECT 1 FROM work WHERE {Of} AND ready = 3 UNION ALL SELECT 1 FROM work WHERE {Of} AND ready = 4 LIMIT 1
        """;

    /// <summary>Those that have gone back to the defaults by then, and in which nothing waits as in a bounded queue.</summary>
    public const string FindLeft = $"""
        SELECT owner, name FROM queues WHERE leaving > 0 AND leaving <= @kept
          AND NOT EXISTS (SELECT 1 FROM work WHERE {InIt} AND ready = 2) AND NOT EXISTS (SELECT 1 FROM work WHERE {InIt} AND ready = 3) AND NOT EXISTS (SELECT 1 FROM work WHERE {InIt} AND ready = 4)
        LIMIT 1000
        """;

    public const string Count = """
        INSERT INTO queue_counts (owner, queue, pending, ready, running) VALUES (@owner, @queue, @pending, @ready, @running)
        ON CONFLICT (owner, queue) DO UPDATE SET pending = pending + excluded.pending, ready = ready + excluded.ready, running = running + excluded.running
        RETURNING pending, ready, running
        """;

    public const string DropEmpty = $"DELETE FROM queue_counts WHERE {Of}";

    public static readonly string Take = SqliteWorkDialect.TakeOfBounded($"AND work.type <> '{WorkTypes.Http}'");

    public static readonly string TakeOfType = SqliteWorkDialect.TakeOfBounded("AND work.type = ?4");
}
