namespace TaskApi.Storage.Postgres.Sql;

/// <summary>The signs of life of workers, and of the nodes' own handlers.</summary>
internal static class BeatSql
{
    private const string Columns = "id, owner, worker, until, lease_ms";

    /// <summary>Holds workers' signs of life: $1 are the owners, $2 the workers. In their order, so that no two transactions wait for each other.</summary>
    public const string Hold = $"""
        SELECT {Columns} FROM beats WHERE id = ANY(ARRAY(
          SELECT id FROM unnest($1, $2) AS named (owner, worker), LATERAL (SELECT id FROM beats WHERE beats.owner = named.owner AND beats.worker = named.worker OFFSET 0) AS beat))
        ORDER BY owner, worker FOR UPDATE
        """;

    /// <summary>The attempts whose leases go by workers' signs of life: the parameters are those of <see cref="Hold"/>.</summary>
    public const string AttachedOf = """
        SELECT beat.id, attached.sequence, attached.attempt, attached.secret FROM unnest($1, $2) AS named (owner, worker),
          LATERAL (SELECT id FROM beats WHERE beats.owner = named.owner AND beats.worker = named.worker OFFSET 0) AS beat,
          LATERAL (SELECT sequence, attempt, secret FROM work WHERE work.beat IS NOT NULL AND work.beat = beat.id OFFSET 0) AS attached
        """;

    /// <summary>Sees to it that a node's own is there, and not taken for expired meanwhile; it may be renewed, however long that takes.</summary>
    public const string HoldOwn = "SELECT id FROM beats WHERE id = $1 FOR KEY SHARE";

    /// <summary>A node begins to live: $1 the node, $2 until when.</summary>
    public const string BeginOwn = "INSERT INTO beats (worker, until) VALUES ($1, $2) RETURNING id";

    /// <summary>Takes a number for a new one; whoever is second waits for the first, and gets the same. $1 owner, $2 worker, $3 until, $4 lease.</summary>
    public const string Insert = """
        INSERT INTO beats (owner, worker, until, lease_ms) VALUES ($1, $2, $3, $4)
        ON CONFLICT (owner, worker) DO UPDATE SET until = greatest(beats.until, excluded.until), lease_ms = excluded.lease_ms RETURNING id
        """;

    /// <summary>Writes down until when those last: $1 their numbers, $2 until, $3 the lease.</summary>
    public const string Change = """
        UPDATE beats SET until = new.until, lease_ms = new.lease_ms FROM unnest($1, $2, $3) AS new (id, until, lease_ms) WHERE beats.id = new.id
        """;

    /// <summary>A node goes on living: $1 its number, $2 until when. Answers nothing if others have taken it for dead.</summary>
    public const string Renew = "UPDATE beats SET until = $2 WHERE id = $1 RETURNING id";

    /// <summary>Whether there are other nodes: $1 is this one's, $2 now.</summary>
    public const string HasOthers = "SELECT EXISTS (SELECT FROM beats WHERE until > $2 AND owner IS NULL AND id <> $1)";

    /// <summary>Deletes one that nothing goes by any more; what others held just then still does.</summary>
    public const string Delete = "DELETE FROM beats WHERE id = $1 AND NOT EXISTS (SELECT FROM work WHERE beat IS NOT NULL AND beat = $1)";

    /// <summary>Holds the first whose leases have ended: $1 is until when, $2 those that have been seen to.</summary>
    public const string Expired = $"SELECT {Columns} FROM beats WHERE until <= $1 AND id <> ALL($2) ORDER BY until LIMIT 1 FOR UPDATE SKIP LOCKED";

    /// <summary>When the first ends that doesn't before $1.</summary>
    public const string NextExpiry = "SELECT until FROM beats WHERE until >= $1 ORDER BY until LIMIT 1";

    /// <summary>
    /// What nobody could renew, since no node was there or the database was away, lasts once more: $1 is now, $2 how long a node's own lasts, $3 from which
    /// silence on of all nodes that is so. What had ended when the last of them was there has ended.
    /// </summary>
    public const string Extend = """
        UPDATE beats SET until = $1 + coalesce(lease_ms, $2) FROM (SELECT max(until) - $2 AS at FROM beats WHERE owner IS NULL) AS seen
        WHERE until < $1 + coalesce(lease_ms, $2) AND (seen.at IS NULL OR (seen.at < $1 - $3 AND until > seen.at))
        """;
}
