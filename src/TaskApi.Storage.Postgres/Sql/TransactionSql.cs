namespace TaskApi.Storage.Postgres.Sql;

/// <summary>What a transaction says at its beginning and at its end, and how its outcome is asked for.</summary>
internal static class TransactionSql
{
    public const string EventsLock = "hashtext(current_schema() || '.events')::bigint";

    private const string CapacityLock = "hashtext(current_schema() || '.capacity')::bigint";

    public const string ClockMs = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    public const string Begin = "BEGIN";

    public const string Commit = "COMMIT";

    public const string Rollback = "ROLLBACK";

    /// <summary>
    /// The transaction's own number, by which its outcome can be asked for on another connection. With it goes a lock that keeps
    /// <see cref="EventSql.WantEvents"/> waiting until what this transaction does is committed.
    /// </summary>
    public const string TransactionId = $"SELECT pg_current_xact_id()::text, pg_advisory_xact_lock_shared({EventsLock})";

    /// <summary>What became of a transaction: committed, aborted, in progress, or null, if that is too long ago.</summary>
    public const string TransactionStatus = "SELECT pg_xact_status($1::text::xid8)";

    /// <summary>Changes nothing, but is written as what changes something is: once it is committed, all that was committed before is where it has to be.</summary>
    public const string Write = "SELECT pg_logical_emit_message(true, 'taskapi', '')";

    /// <summary>The same for one that creates while there is room: it creates beside others, and never beside one that has taken <see cref="LockCapacity"/>.</summary>
    public const string CreatingTransactionId = $"{TransactionId}, pg_advisory_xact_lock_shared({CapacityLock})";

    /// <summary>Whether anybody wants to be told of events: it begins when the lock of <see cref="TransactionId"/> is held.</summary>
    public const string Tells = $"SELECT last_value > {ClockMs} FROM events_wanted";

    /// <summary>Numbers for new tasks, and whether anybody wants to be told of them: it begins when the lock of <see cref="TransactionId"/> is held.</summary>
    public const string Reserve = $"""
        WITH wanted AS MATERIALIZED (SELECT last_value > {ClockMs} AS tells FROM events_wanted)
        SELECT nextval('task_numbers'), tells FROM generate_series(1, $1), wanted
        """;

    /// <summary>Lets one transaction create, and no other meanwhile: taken only where the bound on pending tasks is near.</summary>
    public const string LockCapacity = $"SELECT pg_advisory_xact_lock({CapacityLock})";
}
