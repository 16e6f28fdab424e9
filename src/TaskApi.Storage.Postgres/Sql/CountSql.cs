namespace TaskApi.Storage.Postgres.Sql;

/// <summary>The counts, of which each node adds to its own in a slot: what all together have is their sum.</summary>
internal static class CountSql
{
    private const string Counts = "slot, owner, number, created, completed, cancelled, failed, forgotten, calls, running, ready, retried, lost, forgotten_failed";

    private const string Of = "owner, number, created, completed, cancelled, failed, forgotten, calls, running, ready, retried, lost, forgotten_failed";

    // The latest row of each pair, found by an index whose first entry of a pair is the latest: however many older ones lie behind it, they are
    // not looked at.
    public const string LatestCounts = $"""
        WITH RECURSIVE latest AS (
          (SELECT {Counts} FROM node_counts ORDER BY slot, owner, number DESC LIMIT 1)
          UNION ALL
          SELECT next.* FROM latest, LATERAL (
            SELECT {Counts} FROM node_counts WHERE (node_counts.slot, node_counts.owner) > (latest.slot, latest.owner) ORDER BY slot, owner, number DESC LIMIT 1) AS next)
        """;

    /// <summary>
    /// Takes a slot, the lowest that is free, for as long as the session lives: only who has it adds to its counts. A node that has died leaves its
    /// slot, and what it has counted, to the next. Those below 10,000 are for nodes of versions that don't count all that these do.
    /// </summary>
    public const string TakeSlot = "SELECT slot FROM generate_series(10000, 19999) AS slot WHERE pg_try_advisory_lock(hashtext(current_schema() || '.slots'), slot) LIMIT 1";

    /// <summary>Makes a slot known, so that others reckon with one more who creates; whoever does has the lock of <see cref="TransactionSql.LockCapacity"/>.</summary>
    public const string AddSlot = $"INSERT INTO node_counts ({Counts}) VALUES ($1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)";

    /// <summary>What a slot has counted, by owner.</summary>
    public const string LatestOfSlot = $"""
        WITH RECURSIVE latest AS (
          (SELECT {Counts} FROM node_counts WHERE slot = $1 ORDER BY slot, owner, number DESC LIMIT 1)
          UNION ALL
          SELECT next.* FROM latest, LATERAL (SELECT {Counts} FROM node_counts WHERE slot = $1 AND owner > latest.owner ORDER BY slot, owner, number DESC LIMIT 1) AS next)
        SELECT {Of} FROM latest
        """;

    /// <summary>What a slot has counted now: rows that take the place of those that <see cref="DropCounts"/> deletes.</summary>
    public const string Count = $"""
        INSERT INTO node_counts ({Counts})
        SELECT $1, {Of}
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS new ({Of})
        """;

    /// <summary>
    /// Deletes rows that are not the latest any more. Each is looked up by all of its key: a join might go through all rows of the slot, and compare.
    /// </summary>
    public const string DropCounts = """
        DELETE FROM node_counts WHERE ctid = ANY(ARRAY(
          SELECT (SELECT former.ctid FROM node_counts AS former WHERE former.slot = $1 AND former.owner = old.owner AND former.number = old.number)
          FROM unnest($2, $3) AS old (owner, number)))
        """;

    /// <summary>What all nodes together have: tasks that are pending, finished ones that are kept, calls with a key; and how many slots there are.</summary>
    public const string Totals = $"""
        {LatestCounts}
        SELECT (coalesce(sum(created - completed - cancelled - failed), 0) + (SELECT coalesce(sum(created), 0) FROM outbox_counts))::bigint,
          coalesce(sum(completed + cancelled - forgotten), 0)::bigint, coalesce(sum(calls), 0)::bigint, count(DISTINCT slot),
          coalesce(sum(failed - forgotten_failed), 0)::bigint
        FROM latest
        """;

    /// <summary>What programs have created by <c>taskapi_create</c>, and no slot has taken over: the oldest. What another node is just taking is left to it.</summary>
    public const string TakeOver = """
        DELETE FROM outbox_counts WHERE (xact, owner) IN (SELECT xact, owner FROM outbox_counts ORDER BY xact, owner LIMIT 1000 FOR UPDATE SKIP LOCKED)
        RETURNING owner, created, ready
        """;

    /// <summary>Whether there is something of that.</summary>
    public const string FindOutbox = "SELECT EXISTS (SELECT FROM outbox_counts)";

    /// <summary>Tells <c>taskapi_create</c> what bounds it: $1 is <see cref="Engine.Model.TaskOptions.MaxPending"/>, $2 <see cref="Engine.Model.TaskOptions.MaxBatch"/>, $3 <see cref="Engine.Model.WorkOptions.MaxInputBytes"/>.</summary>
    public const string TellBounds = """
        UPDATE taskapi_schema SET max_pending = $1, max_batch = $2, max_input = $3 WHERE (max_pending, max_batch, max_input) IS DISTINCT FROM ($1, $2, $3)
        """;
}
