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

    private const string WantedFor = "interval '15 s'";

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
        OwnerTotals = """
            SELECT coalesce(sum(created), 0)::bigint, coalesce(sum(completed), 0)::bigint, coalesce(sum(cancelled), 0)::bigint, coalesce(sum(failed), 0)::bigint
            FROM counts WHERE owner = @owner
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

    /// <summary>Numbers for new tasks, and whether anybody wants to be told of them: it begins when the lock of <see cref="TransactionId"/> is held.</summary>
    public const string Reserve = "SELECT nextval('task_numbers'), wanted > now() FROM generate_series(1, $1), event_numbers";

    /// <summary>Lets one transaction after the other create: taken only where the bound on pending tasks is near.</summary>
    public const string LockCapacity = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.capacity')::bigint)";

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
          ORDER BY {Gone} LIMIT (SELECT greatest(0, least($2, sum(completed + cancelled + failed - forgotten)::bigint - $4)) FROM counts) FOR UPDATE SKIP LOCKED))
        """;

    /// <summary>Adds to the counts of this node's slot: a row that other nodes seldom touch, so that nobody waits for it.</summary>
    public const string Count = """
        INSERT INTO counts AS c (slot, owner, created, completed, cancelled, failed, forgotten, calls)
        SELECT $1, owner, created, completed, cancelled, failed, forgotten, calls
        FROM unnest($2, $3, $4, $5, $6, $7, $8) AS new (owner, created, completed, cancelled, failed, forgotten, calls)
        ON CONFLICT (slot, owner) DO UPDATE SET created = c.created + excluded.created, completed = c.completed + excluded.completed,
          cancelled = c.cancelled + excluded.cancelled, failed = c.failed + excluded.failed,
          forgotten = c.forgotten + excluded.forgotten, calls = c.calls + excluded.calls
        """;

    /// <summary>What all nodes together have: tasks that are pending, finished ones that are kept, and calls with a key.</summary>
    public const string Totals = """
        SELECT coalesce(sum(created - completed - cancelled - failed), 0)::bigint,
          coalesce(sum(completed + cancelled + failed - forgotten), 0)::bigint, coalesce(sum(calls), 0)::bigint
        FROM counts
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
        DELETE FROM calls WHERE key = ANY(ARRAY(SELECT key FROM calls WHERE since <= $1 ORDER BY since LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    public const string OldestCall = "SELECT since FROM calls ORDER BY since LIMIT 1";

    /// <summary>
    /// Numbers events, and tells every node of them. Whoever has the row is the next to commit, so the numbers follow the order of
    /// the transactions. $1 is how many, $2 the channel, $3 what to tell.
    /// </summary>
    public const string Announce = """
        WITH numbered AS (UPDATE event_numbers SET last = last + $1 RETURNING last) SELECT pg_notify($2, last || ' ' || $3) FROM numbered
        """;

    /// <summary>The number of the latest event.</summary>
    public const string LastEvent = "SELECT last FROM event_numbers";

    /// <summary>
    /// From now on, and for a while, every transaction tells of all its events: when this has committed, none is under way that doesn't. If
    /// that wasn't so before, a number that no event has says that some are missing there. Answers the number of the latest event.
    /// <c>@channel</c> is where to tell of that, <c>@told</c> what.
    /// </summary>
    public const string WantEvents = $"""
        WITH numbered AS (
          UPDATE event_numbers SET last = last + CASE WHEN wanted > now() THEN 0 ELSE 1 END, wanted = now() + {WantedFor}
          WHERE (SELECT pg_advisory_xact_lock({EventsLock})) IS NOT NULL RETURNING last)
        SELECT last, pg_notify(@channel, last || ' ' || @told) FROM numbered
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

    /// <summary>Has them told for longer; changes no row if it comes too late.</summary>
    public const string GoOnWantingEvents = $"UPDATE event_numbers SET wanted = now() + {WantedFor} WHERE wanted > now()";

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
        + (show ? TaskRow.Columns : "sequence, owner, state, due + lag");
}
