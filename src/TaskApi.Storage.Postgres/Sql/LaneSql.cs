using static System.FormattableString;
using static TaskApi.Storage.Postgres.Sql.WorkSql;

namespace TaskApi.Storage.Postgres.Sql;

/// <summary>The lanes of queues that count by keys. Who says any of this has the queue's lock: $1 is its owner, $2 the queue.</summary>
internal static class LaneSql
{
    private const string Of = "owner = $1 AND queue = $2";

    private const string Key = "coalesce(key, '')";

    // What has been found gets lanes, as far as there are none, or the first task of theirs comes later.
    private const string Put = """
        done AS (UPDATE work SET ready = 4 FROM found WHERE work.sequence = found.sequence
          RETURNING coalesce(work.key, '') AS key, work.type, work.priority, work.due, work.sequence),
        put AS (INSERT INTO queue_lanes (owner, queue, key, type, blocked, priority, due, sequence)
          SELECT DISTINCT ON (key, type) $1, $2, key, type, 0, priority, due, sequence FROM done ORDER BY key, type, priority DESC, due, sequence
          ON CONFLICT (owner, queue, key, type) DO UPDATE SET priority = excluded.priority, due = excluded.due, sequence = excluded.sequence
          WHERE (-excluded.priority, excluded.due, excluded.sequence) < (-queue_lanes.priority, queue_lanes.due, queue_lanes.sequence))
        """;

    /// <summary>Unblocks the lanes of keys of which fewer than $3 run; 0: of all.</summary>
    public static readonly string Unblock = $"UPDATE queue_lanes SET blocked = 0 WHERE {Of} AND blocked = 1 AND {Running("$3")} < greatest($3, 1)";

    /// <summary>The same of the keys $4.</summary>
    public static readonly string UnblockKeys = $"{Unblock} AND key = ANY($4)";

    /// <summary>The same of $5 keys after $4. Answers how many there are, the last, and how many of them are unblocked.</summary>
    public static readonly string UnblockFrom = $"""
        WITH page AS MATERIALIZED (SELECT DISTINCT key FROM queue_lanes WHERE {Of} AND blocked = 1 AND key > $4 ORDER BY key LIMIT $5),
        free AS MATERIALIZED (SELECT key FROM page WHERE {Running("$3", "page")} < greatest($3, 1)),
        done AS (UPDATE queue_lanes SET blocked = 0 FROM free WHERE queue_lanes.owner = $1 AND queue_lanes.queue = $2 AND queue_lanes.blocked = 1 AND queue_lanes.key = free.key)
        SELECT count(*), max(key), (SELECT count(*) FROM free) FROM page
        """;

    /// <summary>
    /// Puts tasks that wait otherwise into lanes: $3 how many at the most of each kind. Answers how many of those that came to it by keys, and of others, and how many lanes are blocked.
    /// </summary>
    public static readonly string List = Invariant($"""
        WITH found AS MATERIALIZED ({Waiting(3)} UNION ALL {Waiting(2)} UNION ALL {Waiting(1)}), {Put}
        SELECT count(*) FILTER (WHERE ready = 3), greatest(count(*) FILTER (WHERE ready = 2), count(*) FILTER (WHERE ready = 1)),
          (SELECT count(*) FROM (SELECT FROM queue_lanes WHERE {Of} AND blocked = 1 LIMIT {GroupCommit.ListedTasks.MostCounted}) AS counted) FROM found
        """);

    /// <summary>True if there are more: where all were to be put there, others hold them.</summary>
    public static readonly string HasUnlisted = QueueSql.HasAny("ready = 3", "ready = 2", "ready = 1");

    /// <summary>Puts the first of one key after the other there: $3 the first key, $4 how many keys, $5 how many of each. Answers how many keys, and the last of them.</summary>
    public static readonly string ListByKey = $"""
        WITH RECURSIVE keys (key, place) AS (
          (SELECT {Key}, 1 FROM work WHERE {Of} AND ready = 3 AND {Key} >= $3 ORDER BY {Key} LIMIT 1)
          UNION ALL
          SELECT next.key, keys.place + 1 FROM keys, LATERAL (
            SELECT {Key} AS key FROM work WHERE {Of} AND ready = 3 AND coalesce(work.key, '') > keys.key ORDER BY coalesce(work.key, '') LIMIT 1) AS next WHERE keys.place < $4),
        found AS MATERIALIZED (SELECT first.sequence FROM keys, LATERAL (
          SELECT tasks.sequence FROM {Holding($"{Of} AND ready = 3 AND coalesce(work.key, '') = keys.key", InTurn, "ready + 0 = 3")} LIMIT $5) AS first), {Put}
        SELECT count(*), (SELECT key FROM keys ORDER BY place DESC LIMIT 1) FROM keys
        """;

    /// <summary>
    /// The first $3 lanes that aren't blocked; how many of the key of each run, up to $4; and the first tasks of each, $5 at the most, but $6 of those without a key.
    /// </summary>
    public static readonly string Find = Lanes($"AND type <> '{WorkTypes.Http}'");

    /// <summary>The same of the type $7.</summary>
    public static readonly string FindOfType = Lanes("AND type = $7");

    /// <summary>Holds those of the tasks $1 that still wait in lanes, in that order.</summary>
    public static readonly string Hold = $"""
        SELECT {Rows.HeldWork.Columns} FROM (SELECT sequence FROM unnest($1) WITH ORDINALITY AS chosen (sequence, place) ORDER BY place OFFSET 0) AS next,
          LATERAL (SELECT * FROM all_tasks WHERE sequence = next.sequence FOR UPDATE SKIP LOCKED) AS tasks,
          LATERAL (SELECT * FROM work WHERE sequence = next.sequence AND ready + 0 = 4 FOR UPDATE SKIP LOCKED) AS work
        """;

    // Their keys are said once more where lanes are joined: by these they are found, however many there are.

    /// <summary>Lanes have another first task: $3 their keys, $4 types, and where they begin.</summary>
    public const string Move = """
        UPDATE queue_lanes SET priority = new.priority, due = new.due, sequence = new.sequence FROM unnest($3, $4, $5, $6, $7) AS new (key, type, priority, due, sequence)
        WHERE queue_lanes.owner = $1 AND queue_lanes.queue = $2 AND queue_lanes.key = ANY($3) AND queue_lanes.key = new.key AND queue_lanes.type = new.type
        """;

    /// <summary>Lanes have no tasks any more: $3 their keys, $4 types.</summary>
    public const string Remove = """
        DELETE FROM queue_lanes USING unnest($3, $4) AS gone (key, type)
        WHERE queue_lanes.owner = $1 AND queue_lanes.queue = $2 AND queue_lanes.key = ANY($3) AND queue_lanes.key = gone.key AND queue_lanes.type = gone.type
        """;

    /// <summary>The keys $3 are at their bound.</summary>
    public const string Block = $"UPDATE queue_lanes SET blocked = 1 WHERE {Of} AND key = ANY($3)";

    private static string Waiting(int ready) => Invariant($"(SELECT tasks.sequence, {ready} AS ready FROM {Holding(Invariant($"{Of} AND ready = {ready}"), InTurn, Invariant($"ready + 0 = {ready}"))} LIMIT $3)");

    private static string Running(string most, string lane = "queue_lanes") =>
        $"(SELECT count(*) FROM (SELECT FROM work WHERE work.owner = $1 AND work.queue = $2 AND work.key = {lane}.key AND running = 1 LIMIT {most}) AS counted)";

    private static string Lanes(string more) => $"""
        SELECT lane.key, lane.type, lane.priority, lane.due, lane.sequence, lane.running, first.priority, first.due, first.sequence
        FROM (SELECT key, type, priority, due, sequence, {Running("$4")} AS running FROM queue_lanes WHERE {Of} {more} AND blocked = 0 {InTurn} LIMIT $3) AS lane
          LEFT JOIN LATERAL (SELECT priority, due, sequence FROM work WHERE {Of} AND work.type = lane.type AND {Key} = lane.key AND ready = 4
            {InTurn} LIMIT CASE WHEN lane.key = '' THEN $6 ELSE $5 END) AS first ON true
        ORDER BY lane.priority DESC, lane.due, lane.sequence, lane.key, lane.type, first.priority DESC, first.due, first.sequence
        """;
}
