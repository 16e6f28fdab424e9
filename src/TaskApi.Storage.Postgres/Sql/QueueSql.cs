using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres.Sql;

/// <summary>The queues: what bounds them, what they have, and who takes from those that are bounded.</summary>
internal static class QueueSql
{
    private const string Of = "owner = $1 AND queue = $2";

    // Whoever looks for many types counts what runs for each: a queue that may run more is held as it is.
    private const int MostCounted = 1000;

    private const string InIt = "work.owner = queues.owner AND work.queue = queues.name";

    /// <summary>All of which something is set; and those, as leaving, with tasks that wait as in a bounded one.</summary>
    public static readonly string Load = $"""
        WITH RECURSIVE bounded AS ({WorkSql.Queues("bounded", 2)}), keyed AS ({WorkSql.Queues("keyed", 3)}), in_lane AS ({WorkSql.Queues("in_lane", 4)}),
        named AS (SELECT owner, queue, max(is_keyed) AS is_keyed FROM (
          SELECT owner, queue, 0 AS is_keyed FROM bounded UNION ALL SELECT owner, queue, 1 FROM keyed UNION ALL SELECT owner, queue, 1 FROM in_lane) AS waiting GROUP BY owner, queue)
        SELECT {QueueRow.Columns} FROM queues
        UNION ALL
        SELECT owner, queue, NULL, NULL, NULL, NULL, 0, NULL, 1, is_keyed, 0, NULL FROM named
        WHERE NOT EXISTS (SELECT FROM queues WHERE queues.owner = named.owner AND queues.name = named.queue)
        """;

    /// <summary>Everybody with tasks that wait, as in any queue, in one with such a name: $1 are the names.</summary>
    public const string FindOwners = """
        SELECT id, name FROM owners WHERE EXISTS (
          SELECT FROM unnest($1) AS named (name), LATERAL (SELECT FROM work WHERE work.owner = owners.id AND work.queue = named.name AND ready = 1 LIMIT 1) AS waiting)
        """;

    /// <summary>How often something has been set.</summary>
    public const string Changes = "SELECT queue_changes FROM taskapi_schema";

    public const string NoteChange = "UPDATE taskapi_schema SET queue_changes = queue_changes + 1";

    /// <summary>Writes down what is set: $1 owners, $2 names, and the other columns, as arrays.</summary>
    public const string Save = $"""
        INSERT INTO queues ({QueueRow.Columns})
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS new ({QueueRow.Columns}) ORDER BY owner, name
        ON CONFLICT (owner, name) DO UPDATE SET max_running = excluded.max_running, max_per_key = excluded.max_per_key, rate_count = excluded.rate_count,
          rate_seconds = excluded.rate_seconds, paused = excluded.paused, paused_until = excluded.paused_until, leaving = excluded.leaving,
          keyed = greatest(queues.keyed, excluded.keyed), held = excluded.held, held_until = excluded.held_until
        """;

    /// <summary>Nothing is set any more, unless another node has just set something: $1 owners, $2 names.</summary>
    public const string Delete = "DELETE FROM queues USING unnest($1, $2) AS gone (owner, name) WHERE queues.owner = gone.owner AND queues.name = gone.name AND leaving > 0";

    /// <summary>Those that have gone back to the defaults by $1, and in which nothing waits as in a bounded one.</summary>
    public const string FindLeft = $"""
        SELECT owner, name FROM queues WHERE leaving > 0 AND leaving <= $1
          AND NOT EXISTS (SELECT FROM work WHERE {InIt} AND ready = 2) AND NOT EXISTS (SELECT FROM work WHERE {InIt} AND ready = 3) AND NOT EXISTS (SELECT FROM work WHERE {InIt} AND ready = 4)
        LIMIT 1000
        """;

    /// <summary>
    /// Holds bounded queues that have something to take, one after the other in the same order for all, before the transaction holds anything else; what
    /// they have is looked at in statements that begin afterwards. $1 owners, $2 names, $3 the type that is wanted, or null, $4 how many may run. Answers which are held, and of which types something waits. Those that still wait
    /// as in any queue count whatever their type: who holds the queue has them wait as in a bounded one. One that is full isn't held: whoever ends an attempt in it has it looked at again.
    /// </summary>
    public static readonly string Lock = System.FormattableString.Invariant($"""
        SELECT owner, queue, type, pg_advisory_xact_lock(lock)::text FROM (
          SELECT owner, queue, type, hashtextextended(current_schema() || '.queue/' || owner || '/' || queue, 0) AS lock FROM (
            SELECT DISTINCT owner, queue, type FROM unnest($1, $2, $3, $4) AS wanted (owner, queue, type, most)
            WHERE EXISTS (SELECT FROM work WHERE {Wanted("work")} AND ready = 1)
              OR CASE WHEN (wanted.type IS NULL AND (
                EXISTS (SELECT FROM work WHERE {Wanted("work")} AND ready = 2)
                OR EXISTS (SELECT FROM work WHERE {Wanted("work")} AND ready = 3)
                OR EXISTS (SELECT FROM queue_lanes AS lane WHERE {Wanted("lane")})))
              OR EXISTS (SELECT FROM work WHERE {Wanted("work")} AND work.type = wanted.type AND {WorkSql.ByType(2)})
              OR EXISTS (SELECT FROM work WHERE {Wanted("work")} AND work.type = wanted.type AND {WorkSql.ByType(3)})
              OR EXISTS (SELECT FROM queue_lanes AS lane WHERE {Wanted("lane")} AND lane.type = wanted.type AND blocked = 0)
              OR EXISTS (SELECT FROM queue_lanes AS lane WHERE {Wanted("lane")} AND lane.type = wanted.type AND blocked = 1)
              THEN most IS NULL OR most > {MostCounted} OR (SELECT count(*) FROM (SELECT FROM work WHERE {Wanted("work")} AND running = 1 LIMIT wanted.most) AS counted) < most END) AS filled
          ORDER BY lock OFFSET 0) AS sorted
        """);

    /// <summary>How many tasks of a queue run, up to $3.</summary>
    public const string Running = $"SELECT count(*) FROM (SELECT FROM work WHERE {Of} AND running = 1 LIMIT $3) AS counted";

    /// <summary>How many have started in the last $3 milliseconds, and when the first of them did; $4 is now, unless the database's own clock says it.</summary>
    public const string Starts = $"SELECT coalesce(sum(starts), 0)::bigint, min(at) FROM queue_starts WHERE {Of} AND at > {Now} - $3";

    /// <summary>Notes starts: $3 how many, $4 as above.</summary>
    public const string NoteStarts = $"""
        INSERT INTO queue_starts (owner, queue, at, starts) VALUES ($1, $2, {Now}, $3) ON CONFLICT (owner, queue, at) DO UPDATE SET starts = queue_starts.starts + excluded.starts
        """;

    /// <summary>Forgets starts that are no longer in any period of $3 milliseconds.</summary>
    public const string ForgetStarts = $"DELETE FROM queue_starts WHERE {Of} AND at <= {Now} - $3";

    /// <summary>True if tasks are left of those that <see cref="WorkSql.TakeOfBounded"/> takes; all that wait as in any queue are to wait as in a bounded one by then.</summary>
    public static readonly string HasMore = HasAny("ready = 1", $"type < '{WorkTypes.Http}' AND {WorkSql.ByType(2)}", $"type > '{WorkTypes.Http}' AND {WorkSql.ByType(2)}");

    /// <summary>The same of the type $3.</summary>
    public static readonly string HasMoreOfType = HasAny("ready = 1", $"type = $3 AND {WorkSql.ByType(2)}");

    /// <summary>True if tasks wait as in a bounded queue.</summary>
    public static readonly string HasWaiting = HasAny("ready = 2", "ready = 3", "ready = 4");

    /// <summary>Of how many queues something is set.</summary>
    public const string CountSet = "SELECT count(*) FROM queues WHERE leaving = 0";

    /// <summary>Whether something is set of a queue.</summary>
    public const string IsSet = "SELECT count(*) FROM queues WHERE owner = $1 AND name = $2 AND leaving = 0";

    /// <summary>What a transaction changes in what queues have, in rows of its slot alone ($1): $2 owners, $3 queues, $4 pending, $5 ready, $6 running.</summary>
    public const string Count = """
        INSERT INTO queue_counts (owner, queue, slot, pending, ready, running)
        SELECT owner, queue, $1, pending, ready, running FROM unnest($2, $3, $4, $5, $6) AS new (owner, queue, pending, ready, running) ORDER BY owner, queue
        ON CONFLICT (owner, queue, slot) DO UPDATE SET pending = queue_counts.pending + excluded.pending, ready = queue_counts.ready + excluded.ready,
          running = queue_counts.running + excluded.running
        """;

    /// <summary>Deletes counts that together come to nothing: whoever counts meanwhile begins anew, and the sum is the same.</summary>
    public const string DropEmpty = """
        WITH held AS MATERIALIZED (
          SELECT owner, queue, slot, pending, ready, running FROM queue_counts WHERE (owner, queue) IN (
            SELECT owner, queue FROM queue_counts GROUP BY owner, queue HAVING sum(pending) = 0 AND sum(ready) = 0 AND sum(running) = 0 LIMIT 1000) FOR UPDATE SKIP LOCKED),
        empty AS (SELECT owner, queue FROM held GROUP BY owner, queue HAVING sum(pending) = 0 AND sum(ready) = 0 AND sum(running) = 0)
        DELETE FROM queue_counts USING held JOIN empty USING (owner, queue) WHERE queue_counts.owner = held.owner AND queue_counts.queue = held.queue AND queue_counts.slot = held.slot
        """;

    /// <summary>1 if any task of the queue $2 of the owner $1 is one of these, each of which an index finds; else 0.</summary>
    public static string HasAny(params string[] matches) =>
        $"SELECT ({string.Join(" OR ", matches.Select(static match => $"EXISTS (SELECT FROM work WHERE {Of} AND {match})"))})::int::bigint";

    // The database's clock is the one of all nodes; a test's is told.
    private const string Now = $"coalesce($4, {TransactionSql.ClockMs})";

    private static string Wanted(string table) => $"{table}.owner = wanted.owner AND {table}.queue = wanted.queue";
}
