using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Sqlite;

namespace TaskApi.Storage.Postgres;

/// <summary>Everything that is said to the database, in PostgreSQL's words. <see cref="SqliteDialect"/> says the same in SQLite's.</summary>
/// <remarks>
/// Changes go by sets: what a transaction does to many tasks is one statement whose parameters are arrays. Plans matter: a statement
/// that goes by numbers has no condition on the state, since on a table without statistics the planner may prefer to walk the whole
/// partial index that has the same condition.
/// </remarks>
internal static class PostgresDialect
{
    /// <summary>When the clock has to look at a pending task: when it comes due or, if that is before, times out.</summary>
    public const string Wake = "least(due + lag, timeout)";

    /// <summary>When a finished task reached its final state.</summary>
    public const string Gone = "finished + drift";

    private const string EventsLock = "hashtext(current_schema() || '.events')::bigint";

    private const string CapacityLock = "hashtext(current_schema() || '.capacity')::bigint";

    private const string TurnLock = "hashtext(current_schema() || '.turn')::bigint";

    private const int WantedForMs = 15_000;

    // Of 44 bits, so there is room for a million failovers.
    private const int TasksAhead = 1 << 24;

    private const int OwnersAhead = 1000;

    private const string ClockMs = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    private const string Counts = "slot, owner, number, created, completed, cancelled, failed, forgotten, calls";

    // The latest row of each pair, found by an index whose first entry of a pair is the latest: however many older ones lie behind it, they are
    // not looked at.
    private const string LatestCounts = $"""
        WITH RECURSIVE latest AS (
          (SELECT {Counts} FROM node_counts ORDER BY slot, owner, number DESC LIMIT 1)
          UNION ALL
          SELECT next.* FROM latest, LATERAL (
            SELECT {Counts} FROM node_counts WHERE (node_counts.slot, node_counts.owner) > (latest.slot, latest.owner) ORDER BY slot, owner, number DESC LIMIT 1) AS next)
        """;

    private const string TimesOut = "timeout < due + lag";

    private const string FinishedAt = $"greatest($2, CASE WHEN {TimesOut} THEN created ELSE due END)";

    /// <summary>What readers and callers can see: what is not yet to be forgotten. It is deleted a while later.</summary>
    private const string IsKept = $"(state = 0 OR {Gone} > @gone)";

    /// <summary>The reads, as the connections for reading make them.</summary>
    public static readonly ReadTexts Reading = new()
    {
        Find = $"SELECT {TaskRow.Columns} FROM tasks WHERE sequence = @sequence AND {IsKept}",
        FindMany = $"SELECT {TaskRow.Columns} FROM tasks WHERE sequence = ANY(@sequences) AND {IsKept}",
        IsVisible = IsKept,
        OwnerTotals = $"""
            {LatestCounts}
            SELECT coalesce(sum(created), 0)::bigint, coalesce(sum(completed), 0)::bigint, coalesce(sum(cancelled), 0)::bigint, coalesce(sum(failed), 0)::bigint
            FROM latest WHERE owner = @owner
            """,
        LastTask = "SELECT last_value FROM task_numbers",
        LastEvent = LastEvent,
    };

    public const string Begin = "BEGIN";

    public const string Commit = "COMMIT";

    public const string Rollback = "ROLLBACK";

    /// <summary>
    /// The transaction's own number, by which its outcome can be asked for on another connection. With it goes a lock that keeps
    /// <see cref="WantEvents"/> waiting until what this transaction does is committed.
    /// </summary>
    public const string TransactionId = $"SELECT pg_current_xact_id()::text, pg_advisory_xact_lock_shared({EventsLock})";

    /// <summary>What became of a transaction: committed, aborted, in progress, or null, if that is too long ago.</summary>
    public const string TransactionStatus = "SELECT pg_xact_status($1::text::xid8)";

    /// <summary>The same for one that creates while there is room: it creates beside others, and never beside one that has taken <see cref="LockCapacity"/>.</summary>
    public const string CreatingTransactionId = $"{TransactionId}, pg_advisory_xact_lock_shared({CapacityLock})";

    /// <summary>Numbers for new tasks, and whether anybody wants to be told of them: it begins when the lock of <see cref="TransactionId"/> is held.</summary>
    public const string Reserve = $"""
        WITH wanted AS MATERIALIZED (SELECT last_value > {ClockMs} AS tells FROM events_wanted)
        SELECT nextval('task_numbers'), tells FROM generate_series(1, $1), wanted
        """;

    /// <summary>Lets one transaction create, and no other meanwhile: taken only where the bound on pending tasks is near.</summary>
    public const string LockCapacity = $"SELECT pg_advisory_xact_lock({CapacityLock})";

    /// <summary>Holds tasks for the transaction, in the order of their numbers, so that no two transactions wait for each other.</summary>
    public const string Hold = $"SELECT {TaskRow.Columns} FROM tasks WHERE sequence = ANY($1) AND (state + 0 = 0 OR {Gone} > $2) ORDER BY sequence FOR UPDATE";

    /// <summary>Tasks by their numbers, also such as are to be forgotten.</summary>
    public const string FindMany = $"SELECT {TaskRow.Columns} FROM tasks WHERE sequence = ANY($1)";

    public const string Insert = """
        INSERT INTO tasks (sequence, nonce, created, skew, due, lag, delay, timeout, owner, state, version, name, grp, message)
        SELECT sequence, nonce, created, skew, due, lag, delay, timeout, owner, 0, 0, name, grp, message
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
          AS new (sequence, nonce, created, skew, due, lag, delay, timeout, owner, name, grp, message)
        """;

    /// <summary>Writes down what became of tasks that the transaction holds.</summary>
    public const string Change = """
        UPDATE tasks SET due = new.due, lag = new.lag, delay = new.delay, state = new.state, version = new.version,
          finished = new.finished, drift = new.drift, reason = new.reason, detail = new.detail, message = new.message
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
          AS new (sequence, due, lag, delay, state, version, finished, drift, reason, detail, message)
        WHERE tasks.sequence = new.sequence
        """;

    /// <summary>
    /// Brings what is due to its final state, the earliest first, but for what another node is just changing. At the same instant
    /// completion wins over the timeout. $1 is the clock, $2 the wall clock, $3 the zone, $4 how many at the most, $5 from when on: before that
    /// there is nothing, but the index may have a long trail of what was.
    /// </summary>
    private const string ClaimDue = $"""
        UPDATE tasks SET
          state = CASE WHEN {TimesOut} THEN 2 ELSE 1 END,
          reason = CASE WHEN {TimesOut} THEN 'timeout' END,
          finished = {FinishedAt},
          drift = $1 - {FinishedAt},
          zone = $3
        WHERE sequence = ANY(ARRAY(
          SELECT sequence FROM tasks WHERE state = 0 AND {Wake} >= $5 AND {Wake} <= UNTIL ORDER BY {Wake} LIMIT $4 FOR UPDATE SKIP LOCKED))
        RETURNING 
        """;

    /// <summary>$1 is from when on, as for a claim.</summary>
    public const string NextWake = $"SELECT {Wake} FROM tasks WHERE state = 0 AND {Wake} >= $1 ORDER BY {Wake} LIMIT 1";

    /// <inheritdoc cref="NextWake"/>
    public const string NextGone = $"SELECT {Gone} FROM tasks WHERE state <> 0 AND {Gone} >= $1 ORDER BY {Gone} LIMIT 1";

    /// <summary>Deletes finished tasks, the earliest first. $1 is until when they were finished, $2 how many at the most, $3 from when on.</summary>
    public const string Forget = $"""
        DELETE FROM tasks WHERE sequence = ANY(ARRAY(
          SELECT sequence FROM tasks WHERE state <> 0 AND {Gone} >= $3 AND {Gone} <= $1 ORDER BY {Gone} LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    /// <summary>
    /// Deletes finished tasks that are too many: one node at a time, or each would delete what is too many. $4 is how many are kept.
    /// </summary>
    public const string ForgetExcess = $"""
        DELETE FROM tasks WHERE sequence = ANY(ARRAY(
          SELECT sequence FROM tasks WHERE state <> 0 AND {Gone} >= $3 AND {Gone} <= $1 AND (SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.forget')::bigint))
          ORDER BY {Gone} LIMIT ({LatestCounts} SELECT greatest(0, least($2, sum(completed + cancelled + failed - forgotten)::bigint - $4)) FROM latest) FOR UPDATE SKIP LOCKED))
        """;

    /// <summary>
    /// Takes a slot, the lowest that is free, for as long as the session lives: only who has it adds to its counts. A node that has died leaves its
    /// slot, and what it has counted, to the next.
    /// </summary>
    public const string TakeSlot = "SELECT slot FROM generate_series(0, 9999) AS slot WHERE pg_try_advisory_lock(hashtext(current_schema() || '.slots'), slot) LIMIT 1";

    /// <summary>Makes a slot known, so that others reckon with one more who creates; whoever does has the lock of <see cref="LockCapacity"/>.</summary>
    public const string AddSlot = "INSERT INTO node_counts VALUES ($1, 0, 1, 0, 0, 0, 0, 0, 0)";

    /// <summary>What a slot has counted, by owner.</summary>
    public const string SlotCounts = """
        WITH RECURSIVE latest AS (
          (SELECT * FROM node_counts WHERE slot = $1 ORDER BY slot, owner, number DESC LIMIT 1)
          UNION ALL
          SELECT next.* FROM latest, LATERAL (SELECT * FROM node_counts WHERE slot = $1 AND owner > latest.owner ORDER BY slot, owner, number DESC LIMIT 1) AS next)
        SELECT owner, number, created, completed, cancelled, failed, forgotten, calls FROM latest
        """;

    /// <summary>What a slot has counted now: rows that take the place of those that <see cref="DropCounts"/> deletes.</summary>
    public const string Count = $"""
        INSERT INTO node_counts ({Counts})
        SELECT $1, owner, number, created, completed, cancelled, failed, forgotten, calls
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) AS new (owner, number, created, completed, cancelled, failed, forgotten, calls)
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
        SELECT coalesce(sum(created - completed - cancelled - failed), 0)::bigint,
          coalesce(sum(completed + cancelled + failed - forgotten), 0)::bigint, coalesce(sum(calls), 0)::bigint, count(DISTINCT slot)
        FROM latest
        """;

    /// <summary>
    /// Takes the keys of calls, each of which another node may just be taking too: then this waits until that one has committed, or
    /// given up. Answers which of them are new.
    /// </summary>
    public const string TakeCalls = """
        INSERT INTO calls (key, body, since, waits, tasks) SELECT key, '', 0, 0, '' FROM unnest($1) AS new (key) ORDER BY key
        ON CONFLICT (key) DO NOTHING RETURNING key
        """;

    /// <summary>Holds calls for the transaction, in the order of their keys.</summary>
    public const string HoldCalls = "SELECT body, since, waits, tasks, answer, key FROM calls WHERE key = ANY($1) ORDER BY key FOR UPDATE";

    /// <summary>Writes down calls that the transaction holds.</summary>
    public const string WriteCalls = """
        UPDATE calls SET body = new.body, since = new.since, waits = new.waits, tasks = new.tasks, answer = new.answer
        FROM unnest($1, $2, $3, $4, $5, $6) AS new (key, body, since, waits, tasks, answer) WHERE calls.key = new.key
        """;

    public const string DropCalls = "DELETE FROM calls WHERE key = ANY($1)";

    public const string ForgetCalls = """
        DELETE FROM calls WHERE key = ANY(ARRAY(SELECT key FROM calls WHERE since >= $3 AND since <= $1 ORDER BY since LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    public const string OldestCall = "SELECT since FROM calls WHERE since >= $1 ORDER BY since LIMIT 1";

    /// <summary>Whoever has it numbers events, and is the next to commit: the numbers follow the order of the transactions.</summary>
    public const string TakeTurn = $"SELECT pg_advisory_xact_lock({TurnLock})";

    /// <summary>Numbers events, after <see cref="TakeTurn"/>, and tells every node of them. $1 is how many, $2 the channel, $3 what to tell.</summary>
    public const string Announce = "SELECT pg_notify($2, setval('event_sequence', last_value + $1) || ' ' || $3) FROM event_sequence";

    /// <summary>The number of the latest event: asked for when nobody is about to commit, so that none with this number, or one before, is still to come.</summary>
    public const string LastEvent = $"""
        SELECT last_value FROM (SELECT pg_advisory_xact_lock_shared({TurnLock})::text AS taken OFFSET 0) AS turn,
          LATERAL (SELECT last_value FROM event_sequence WHERE turn.taken IS NOT NULL OFFSET 0) AS numbered
        """;

    /// <summary>
    /// From now on, and for a while, every transaction tells of all its events: when this has committed, none is under way that doesn't. If
    /// that wasn't so before, a number that no event has says that some are missing there. Answers the number of the latest event.
    /// <c>@channel</c> is where to tell of that, <c>@told</c> what.
    /// </summary>
    public static readonly string WantEvents = $"""
        SELECT last, pg_notify(@channel, last || ' ' || @told) FROM (SELECT pg_advisory_xact_lock({EventsLock})::text AS taken OFFSET 0) AS events,
          LATERAL (SELECT pg_advisory_xact_lock({TurnLock})::text AS taken WHERE events.taken IS NOT NULL OFFSET 0) AS turn,
          LATERAL (
            SELECT setval('event_sequence', event_sequence.last_value + CASE WHEN events_wanted.last_value > {ClockMs} THEN 0 ELSE 1 END) AS last,
              setval('events_wanted', {ClockMs} + {WantedForMs}) AS until
            FROM event_sequence, events_wanted WHERE turn.taken IS NOT NULL OFFSET 0) AS numbered
        """;

    /// <summary>
    /// For how long the transaction under way waits for a lock at the most. Whoever waits for <see cref="WantEvents"/>' lock has all wait behind him
    /// who create.
    /// </summary>
    public const string WaitAtMost = "SELECT set_config('lock_timeout', @patience, true)";

    /// <summary>
    /// Ends transactions of nodes that have held the lock of <see cref="TransactionId"/> for longer than any takes: their node has been suspended
    /// between two messages, or in the midst of one, where no bound of the server's before version 17 reaches. $1 is how many milliseconds that is.
    /// </summary>
    public const string EndStalled = $"""
        SELECT count(pg_terminate_backend(a.pid)) FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND ((l.classid::bigint << 32) | l.objid::bigint) = {EventsLock} AND l.mode = 'ShareLock' AND l.granted
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND a.usename = session_user
          AND a.xact_start < clock_timestamp() - $1 * interval '1 ms'
        """;

    /// <summary>Has them told for longer; answers nothing if it comes too late.</summary>
    public static readonly string GoOnWantingEvents = $"SELECT setval('events_wanted', {ClockMs} + {WantedForMs}) FROM events_wanted WHERE last_value > {ClockMs} + 1000";

    /// <summary>
    /// The history as it is written down, as the server has it, and what has been numbered. A server's history is another after a failover or a
    /// restore from the log (its timeline), and where a copy is another server's.
    /// </summary>
    public const string LookAtHistory = """
        SELECT history, (SELECT system_identifier FROM pg_control_system()) || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8), epoch,
          (SELECT last_value FROM event_sequence), (SELECT last_value FROM task_numbers) FROM taskapi_schema
        """;

    /// <summary>One connection after the other writes a new history down.</summary>
    public const string LockHistory = "SELECT pg_advisory_xact_lock(hashtext('taskapi_schema')::bigint)";

    /// <summary>
    /// Numbers that may have been given out in what is lost are not given out again: of events up to now, which is microseconds, of tasks and owners far more
    /// than a replica is ever behind. $1 and $2 are the latest event and task that somebody has seen.
    /// </summary>
    public static readonly string SetNumbersAhead = $"""
        SELECT (SELECT setval('event_sequence', greatest(last_value, $1, {ClockMs} * 1000) + 1) FROM event_sequence),
          (SELECT setval('task_numbers', greatest(last_value, $2) + {TasksAhead}) FROM task_numbers),
          (SELECT setval('owners_id_seq', last_value + {OwnersAhead}) FROM owners_id_seq)
        """;

    public const string RecordHistory = "UPDATE taskapi_schema SET history = $1, epoch = gen_random_uuid()::text";

    public const string FindOwner = "SELECT id FROM owners WHERE name = $1";

    public const string AddOwner = "INSERT INTO owners (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";

    public const string NameOwner = "SELECT name FROM owners WHERE id = $1";

    /// <summary>The database's clock, in microseconds since 1970.</summary>
    public const string Clock = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    private const string ClockMilliseconds = "(SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)";

    /// <summary>The statement that claims.</summary>
    /// <param name="show">True if whole tasks are wanted.</param>
    /// <param name="guard">True if the database's own clock has to agree that they are due.</param>
    public static string Claim(bool show, bool guard) =>
        ClaimDue.Replace("UNTIL", guard ? $"least($1, {ClockMilliseconds})" : "$1", StringComparison.Ordinal)
        + (show ? TaskRow.Columns : ClaimedTask.Columns);
}
