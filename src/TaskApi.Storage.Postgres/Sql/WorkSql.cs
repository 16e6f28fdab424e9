using TaskApi.Storage.Rows;
using static System.FormattableString;

namespace TaskApi.Storage.Postgres.Sql;

/// <summary>Tasks with work, in PostgreSQL's words. <c>SqliteWorkDialect</c> says the same in SQLite's.</summary>
/// <remarks>
/// Whoever changes work holds both of its rows, that of the task first: by number those that he knows, waiting for them, before he looks for others;
/// of what he looks for, what others hold is passed over. So no two wait for each other, and nobody holds what he hasn't been told of but a task's row alone.
/// </remarks>
internal static class WorkSql
{
    /// <summary>The order in which tasks of a queue start.</summary>
    public const string InTurn = "ORDER BY priority DESC, due, sequence";

    private const string OfQueues = $"owner = $1 AND queue = named.name AND type <> '{WorkTypes.Http}' AND ready = 1";

    // More than others hold at once, or is put into bounded queues without being known to be.
    private const int MostLooked = 20_000;

    private static readonly string _ofTypes = $"$1 IS NOT NULL AND type = named.name AND {ByType(1)}";

    private static readonly string[] _held = HeldWork.Columns.Split(", ");

    private static readonly string _numbered = TaskSql.List(_held.Select(static (column, place) => FormattableString.Invariant($"{column} AS c{place}")));

    private static readonly string _numbers = TaskSql.List(_held.Select(static (_, place) => FormattableString.Invariant($"c{place}")));

    /// <summary>Its parameters are the columns of <see cref="ColumnUse.Insert"/>, as arrays.</summary>
    public static readonly string Insert = $"""
        INSERT INTO work ({TaskSql.List(WorkRow.Names(ColumnUse.Insert | ColumnUse.Zero))})
        SELECT {TaskSql.List(WorkRow.Names(ColumnUse.Insert | ColumnUse.Zero).Select(static name => WorkRow.Names(ColumnUse.Insert).Contains(name) ? name : "0"))}
        FROM {TaskSql.Arrays(WorkRow.Names(ColumnUse.Insert))}
        """;

    /// <summary>Its parameters are the columns of <see cref="ColumnUse.Key"/> and <see cref="ColumnUse.Change"/>, as arrays.</summary>
    public static readonly string Change = $"""
        UPDATE work SET {TaskSql.List(WorkRow.Names(ColumnUse.Change).Select(static name => $"{name} = new.{name}"))}
        FROM {TaskSql.Arrays(WorkRow.Names(ColumnUse.Key | ColumnUse.Change))}
        WHERE work.sequence = new.sequence
        """;

    /// <summary>Tasks that are done: $1 their numbers, $2 their states, $3 when, $4 what to add to that on the retention clock.</summary>
    public const string Finish = """
        UPDATE all_tasks SET state = new.state, finished = new.finished, drift = new.drift, follows = nullif(follows & 16, 0) FROM unnest($1, $2, $3, $4) AS new (sequence, state, finished, drift)
        WHERE all_tasks.sequence = new.sequence
        """;

    /// <summary>Holds the work of tasks that the transaction holds.</summary>
    public static readonly string Hold = $"SELECT {WorkRow.Columns} FROM work WHERE sequence = ANY($1) ORDER BY sequence FOR UPDATE";

    /// <summary>
    /// Holds tasks whose turn it is: $1 is the owner, $2 the queues, $3 how many of each at the most, before the rest is filled up in their order, $4 how
    /// many in all, $5 those that the transaction has taken already, $6 how many of each to look at.
    /// </summary>
    public static readonly string TakeOfQueues = Take(OfQueues);

    /// <summary>The same from where on something may wait: $7 to $11 are the <see cref="Stretch"/>es, in their order.</summary>
    public static readonly string TakeOfQueuesFrom = Take(OfQueues, stretches: 7);

    /// <summary>
    /// The same of types: $1 means nothing. What has been set of a queue of late may not have come to its tasks yet: $7 are the owners of bounded queues, $8
    /// the queues, $9 the names of those that are bounded whosever they are, of owners whom nobody here may know yet, too. What is
    /// passed over for that counts as looked at: a queue may have millions.
    /// </summary>
    public static readonly string TakeOfTypes = Take(_ofTypes, NotBounded(7));

    /// <summary>The same from where on something may wait: $10 to $14 are the <see cref="Stretch"/>es.</summary>
    public static readonly string TakeOfTypesFrom = Take(_ofTypes, NotBounded(7), stretches: 10);

    /// <summary>The first task of each priority in each of the queues $2 of the owner $1; then how long it took to find them, in microseconds.</summary>
    public static readonly string HeadsOfQueues = Heads($"owner = $1 AND type <> '{WorkTypes.Http}' AND ready = 1 AND queue");

    /// <summary>The same of the types $2; $1 means nothing.</summary>
    public static readonly string HeadsOfTypes = Heads($"$1 IS NOT NULL AND {ByType(1)} AND type");

    /// <summary>True if tasks wait for their turn in one of the queues $1 of the owner $2, whoever holds them.</summary>
    public static readonly string HasOfQueues = Has($"owner = $2 AND queue = named.name AND type <> '{WorkTypes.Http}' AND ready = 1");

    /// <summary>The same of the types $1: $2 are the owners of bounded queues, $3 the queues, $4 the names as above.</summary>
    public static readonly string HasOfTypes = $"""
        SELECT EXISTS (SELECT FROM unnest($1) AS named (name), LATERAL (
          SELECT FROM (SELECT owner, queue FROM work WHERE type = named.name AND {ByType(1)} {InTurn} LIMIT {MostLooked}) AS looked WHERE {NotBounded(2)} LIMIT 1) AS next)
        """;

    /// <summary>Holds tasks of a bounded queue: $1 is the owner, $2 the queue, $3 how many at the most.</summary>
    public static readonly string TakeOfBounded = $"SELECT {HeldWork.Columns} FROM {Holding($"owner = $1 AND queue = $2 AND ready = 2 AND type <> '{WorkTypes.Http}'", InTurn, "ready + 0 = 2")} LIMIT $3";

    /// <summary>The same of the type $4.</summary>
    public static readonly string TakeOfBoundedType = $"SELECT {HeldWork.Columns} FROM {Holding($"owner = $1 AND queue = $2 AND type = $4 AND {ByType(2)}", InTurn, "ready + 0 = 2")} LIMIT $3";

    /// <summary>Has tasks that wait as in any queue wait as in a bounded one, the first to start first; answers how many. The parameters are those of <see cref="TakeOfBounded"/>.</summary>
    public static readonly string Convert = $"""
        WITH found AS MATERIALIZED (SELECT tasks.sequence FROM {Holding("owner = $1 AND queue = $2 AND ready = 1", InTurn, "ready + 0 = 1")} LIMIT $3),
        done AS (UPDATE work SET ready = 2 FROM found WHERE work.sequence = found.sequence RETURNING 1)
        SELECT count(*) FROM done
        """;

    /// <summary>Holds tasks whose alarm is over, the earliest first: $1 is now, $2 how many at the most, $3 from when on.</summary>
    public static readonly string Ring = $"""
        SELECT {HeldWork.Columns} FROM {Holding("alarm IS NOT NULL AND alarm >= $3 AND alarm <= $1", "ORDER BY alarm", "alarm + 0 <= $1", "LIMIT 4 * $2")} LIMIT $2
        """;

    /// <summary>The first alarm: $1 is from when on.</summary>
    public const string NextAlarm = "SELECT alarm FROM work WHERE alarm IS NOT NULL AND alarm >= $1 ORDER BY alarm LIMIT 1";

    /// <summary>Holds tasks whose leases go by a sign of life: $1 is its number, $2 how many at the most.</summary>
    public static readonly string HoldAttached = $"""
        SELECT {HeldWork.Columns} FROM {Holding("beat IS NOT NULL AND beat = $1", "", "beat + 0 = $1")} LIMIT $2
        """;

    /// <summary>The attempts whose leases go by a sign of life.</summary>
    public const string Attached = "SELECT sequence, attempt, secret FROM work WHERE beat IS NOT NULL AND beat = $1";

    /// <summary>Tasks by their numbers.</summary>
    public static readonly string FindMany = $"SELECT {HeldWork.Columns} {TaskSql.Both} WHERE tasks.sequence = ANY($1)";

    /// <summary>What tells whether leases of tasks with these numbers are good.</summary>
    public static readonly string FindLeases = $"SELECT {LeaseRow.Columns} {TaskSql.Both} WHERE tasks.sequence = ANY($1)";

    /// <summary>
    /// Since when the one has been waiting that has waited longest, of those that come next in each type and priority; no other came due before it.
    /// </summary>
    public static readonly string OldestReady = $"""
        WITH RECURSIVE heads AS (
          (SELECT type, priority, due FROM work WHERE {ByType(1)} ORDER BY type, priority DESC, due, sequence LIMIT 1)
          UNION ALL
          SELECT next.* FROM heads, LATERAL (
            (SELECT type, priority, due FROM work WHERE {ByType(1)} AND type = heads.type AND priority < heads.priority ORDER BY type, priority DESC, due, sequence LIMIT 1)
            UNION ALL
            (SELECT type, priority, due FROM work WHERE {ByType(1)} AND type > heads.type ORDER BY type, priority DESC, due, sequence LIMIT 1)
            LIMIT 1) AS next),
        bounded AS ({HeadsOf("bounded", 2)}), keyed AS ({HeadsOf("keyed", 3)}), in_lane AS ({HeadsOf("in_lane", 4)})
        SELECT min(due) FROM (SELECT due FROM heads UNION ALL SELECT due FROM bounded UNION ALL SELECT due FROM keyed UNION ALL SELECT due FROM in_lane) AS waiting
        """;

    /// <summary>
    /// How many wait in each queue of each owner, up to a number in each, and how many run: $1 how many queues at the most, and ten times as many of those in which some run, $2
    /// that number. Which they are is found by indexes; those that run are counted already. What takes no queue is in none.
    /// </summary>
    public static readonly string CountByQueue = $"""
        WITH RECURSIVE named AS ({Named("named", "ready = 1")}), bounded AS ({Named("bounded", "ready = 2")}), keyed AS ({Named("keyed", "ready = 3")}), in_lane AS ({Named("in_lane", "ready = 4")}),
        begun AS ({Named("begun", "running = 1", "key", "10 * $1")})
        SELECT queue, sum(ready)::bigint, coalesce(sum(running), 0)::bigint FROM (
          {Counted("named", 1)} UNION ALL {Counted("bounded", 2)} UNION ALL {Counted("keyed", 3)} UNION ALL {Counted("in_lane", 4)}
          UNION ALL
          SELECT owner, queue, 0, (SELECT sum(has.running) FROM queue_counts AS has WHERE has.owner = begun.owner AND has.queue = begun.queue) FROM begun WHERE queue <> '') AS counts
        GROUP BY owner, queue
        """;

    /// <summary>How tasks wait that are looked for by type: see the indexes of version 9.</summary>
    public static string ByType(int ready) => Invariant($"0 + ready = {ready}");

    /// <summary>The owners and queues of tasks that wait in one way: one after the other is found by an index.</summary>
    public static string Queues(string name, int ready) => Invariant($"""
        (SELECT owner, queue FROM work WHERE ready = {ready} ORDER BY owner, queue, priority DESC, due, sequence LIMIT 1)
        UNION ALL
        SELECT next.* FROM {name}, LATERAL (
          SELECT owner, queue FROM work WHERE ready = {ready} AND (work.owner, work.queue) > ({name}.owner, {name}.queue) ORDER BY owner, queue, priority DESC, due, sequence LIMIT 1) AS next
        """);

    private static string HeadsOf(string name, int ready) => Invariant($"""
        (SELECT owner, queue, priority, due FROM work WHERE ready = {ready} ORDER BY owner, queue, priority DESC, due, sequence LIMIT 1)
        UNION ALL
        SELECT next.* FROM {name}, LATERAL (
          (SELECT owner, queue, priority, due FROM work WHERE ready = {ready} AND owner = {name}.owner AND queue = {name}.queue AND priority < {name}.priority
            ORDER BY owner, queue, priority DESC, due, sequence LIMIT 1)
          UNION ALL
          (SELECT owner, queue, priority, due FROM work WHERE ready = {ready} AND (owner, queue) > ({name}.owner, {name}.queue) ORDER BY owner, queue, priority DESC, due, sequence LIMIT 1)
          LIMIT 1) AS next
        """);

    private static string Named(string name, string match, string order = "priority DESC, due, sequence", string most = "$1") => $"""
        (SELECT owner, queue, 1 AS place FROM work WHERE {match} ORDER BY owner, queue, {order} LIMIT 1)
        UNION ALL
        SELECT next.*, {name}.place + 1 FROM {name}, LATERAL (
          SELECT owner, queue FROM work WHERE {match} AND (work.owner, work.queue) > ({name}.owner, {name}.queue) ORDER BY owner, queue, {order} LIMIT 1) AS next
        WHERE {name}.place < {most}
        """;

    private static string Counted(string name, int ready) => Invariant($"""
        SELECT owner, queue, (SELECT count(*) FROM (SELECT FROM work WHERE work.owner = {name}.owner AND work.queue = {name}.queue AND ready = {ready} LIMIT $2) AS counted) AS ready, 0::numeric AS running FROM {name}
        """);

    private static string Has(string match) => $"SELECT EXISTS (SELECT FROM unnest($1) AS named (name), LATERAL (SELECT FROM work WHERE {match} {InTurn} LIMIT 1) AS next)";

    private static string Heads(string match) => $"""
        WITH RECURSIVE heads AS (
          SELECT named.name, first.* FROM unnest($2) AS named (name), LATERAL (SELECT priority, due, sequence FROM work WHERE {match} = named.name {InTurn} LIMIT 1) AS first
          UNION ALL
          SELECT heads.name, next.* FROM heads, LATERAL (SELECT priority, due, sequence FROM work WHERE {match} = heads.name AND priority < heads.priority {InTurn} LIMIT 1) AS next)
        SELECT name, priority, due, sequence FROM heads
        UNION ALL
        SELECT NULL, NULL, NULL, (extract(epoch FROM clock_timestamp() - statement_timestamp()) * 1000000)::bigint
        """;

    private static string NotBounded(int first) =>
        Invariant($"queue <> ALL(${first + 2}) AND NOT EXISTS (SELECT FROM unnest(${first}, ${first + 1}) AS bounded (owner, queue) WHERE bounded.owner = looked.owner AND bounded.queue = looked.queue)");

    private static string Take(string match, string only = "true", int stretches = 0) => $"""
        WITH fair AS MATERIALIZED ({Of(match, "sequence <> ALL($5)", only, "$3", stretches)} LIMIT $4),
        rest AS MATERIALIZED ({Of(match, "sequence <> ALL($5) AND sequence NOT IN (SELECT c0 FROM fair)", only, "$4", stretches)} LIMIT $4 - (SELECT count(*) FROM fair))
        SELECT {_numbers} FROM fair UNION ALL SELECT {_numbers} FROM rest
        """;

    // Row by row, so that no more are held than are taken.
    private static string Of(string match, string others, string only, string most, int stretches)
    {
        var looked = stretches == 0 ? $"SELECT sequence, owner, queue FROM work WHERE {match} AND {others} {InTurn}" : From($"{match} AND {others}", stretches);
        return $"""
            SELECT due.* FROM unnest($2) AS named (name), LATERAL (
              SELECT {_numbered} FROM {HoldingOf($"SELECT sequence FROM ({looked} LIMIT $6) AS looked WHERE {only}", "ready + 0 = 1")} LIMIT {most}) AS due
            """;
    }

    // One part after the other; of what is between known priorities, the index itself says what is due too early.
    private static string From(string match, int first) => Invariant($"""
        SELECT found.* FROM unnest(${first}, ${first + 1}, ${first + 2}, ${first + 3}, ${first + 4}) AS stretch (name, low, high, due, sequence), LATERAL (
          (SELECT sequence, owner, queue FROM work WHERE stretch.low < stretch.high AND {match} AND priority > stretch.low AND priority < stretch.high AND due >= stretch.due {InTurn})
          UNION ALL
          (SELECT sequence, owner, queue FROM work WHERE stretch.low = stretch.high AND {match} AND priority = stretch.high AND (due, sequence) >= (stretch.due, stretch.sequence) {InTurn})) AS found
        WHERE stretch.name = named.name
        """);

    /// <summary>Holds both rows of tasks, in an order, passing over those that others hold.</summary>
    // What is still to be so is said of no bare column: a partial index has that condition, too, and of a table without statistics the planner takes it
    // for next to nothing. It would walk all of that index for each task, and not take the one by number.
    // Where others take at the same time: how many to look at. A statement sees what was so when it began, and PostgreSQL finds out of each row that another has
    // changed since, at a cost of a hundred others, that it isn't to be had any more. One that follows another node which takes as fast would never end.
    public static string Holding(string match, string order, string still, string looked = "OFFSET 0") => HoldingOf($"SELECT sequence FROM work WHERE {match} {order} {looked}", still);

    private static string HoldingOf(string next, string still) => $"""
        ({next}) AS next,
            LATERAL (SELECT * FROM all_tasks WHERE sequence = next.sequence FOR UPDATE SKIP LOCKED) AS tasks,
            LATERAL (SELECT * FROM work WHERE sequence = next.sequence AND {still} FOR UPDATE SKIP LOCKED) AS work
        """;
}
