namespace TaskApi.Storage.Postgres.Sql;

/// <summary>How the events of all nodes are numbered, and told to every node.</summary>
internal static class EventSql
{
    private const string CommitOrderLock = "hashtext(current_schema() || '.turn')::bigint";

    private const int WantedForMs = 15_000;

    /// <summary>Whoever has it numbers events, and is the next to commit: the numbers follow the order of the transactions.</summary>
    public const string LockCommitOrder = $"SELECT pg_advisory_xact_lock({CommitOrderLock})";

    /// <summary>Numbers events, after <see cref="LockCommitOrder"/>, and tells every node of them. $1 is how many, $2 the channel, $3 what to tell.</summary>
    public const string Announce = "SELECT pg_notify($2, setval('event_sequence', last_value + $1) || ' ' || $3) FROM event_sequence";

    /// <summary>Tells every node something that is no event: $1 is the channel, $2 what to tell.</summary>
    public const string Signal = "SELECT pg_notify($1, $2)";

    /// <summary>The number of the latest event: asked for when nobody is about to commit, so that none with this number, or one before, is still to come.</summary>
    public const string LastEvent = $"""
        SELECT last_value FROM (SELECT pg_advisory_xact_lock_shared({CommitOrderLock})::text AS taken OFFSET 0) AS turn,
          LATERAL (SELECT last_value FROM event_sequence WHERE turn.taken IS NOT NULL OFFSET 0) AS numbered
        """;

    /// <summary>
    /// From now on, and for a while, every transaction tells of all its events: when this has committed, none is under way that doesn't. If
    /// that wasn't so before, a number that no event has says that some are missing there. Answers the number of the latest event.
    /// <c>@channel</c> is where to tell of that, <c>@told</c> what.
    /// </summary>
    public static readonly string WantEvents = $"""
        SELECT last, pg_notify(@channel, last || ' ' || @told) FROM (SELECT pg_advisory_xact_lock({TransactionSql.EventsLock})::text AS taken OFFSET 0) AS events,
          LATERAL (SELECT pg_advisory_xact_lock({CommitOrderLock})::text AS taken WHERE events.taken IS NOT NULL OFFSET 0) AS turn,
          LATERAL (
            SELECT setval('event_sequence', event_sequence.last_value + CASE WHEN events_wanted.last_value > {TransactionSql.ClockMs} THEN 0 ELSE 1 END) AS last,
              setval('events_wanted', {TransactionSql.ClockMs} + {WantedForMs}) AS until
            FROM event_sequence, events_wanted WHERE turn.taken IS NOT NULL OFFSET 0) AS numbered
        """;

    /// <summary>
    /// For how long the transaction under way waits for a lock at the most. Whoever waits for <see cref="WantEvents"/>' lock has all wait behind him
    /// who create.
    /// </summary>
    public const string WaitAtMost = "SELECT set_config('lock_timeout', @patience, true)";

    /// <summary>
    /// Ends transactions of nodes that have held the lock of <see cref="TransactionSql.TransactionId"/> for longer than any takes: their node has been suspended
    /// between two messages, or in the midst of one, where no bound of the server's before version 17 reaches. $1 is how many milliseconds that is.
    /// </summary>
    public const string EndStalled = $"""
        SELECT count(pg_terminate_backend(a.pid)) FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND ((l.classid::bigint << 32) | l.objid::bigint) = {TransactionSql.EventsLock} AND l.mode = 'ShareLock' AND l.granted
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND a.usename = session_user
          AND a.xact_start < clock_timestamp() - $1 * interval '1 ms'
        """;

    /// <summary>Has them told for longer; answers nothing if it comes too late.</summary>
    public static readonly string GoOnWantingEvents = $"SELECT setval('events_wanted', {TransactionSql.ClockMs} + {WantedForMs}) FROM events_wanted WHERE last_value > {TransactionSql.ClockMs} + 1000";
}
