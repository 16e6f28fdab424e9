namespace TaskApi.Storage.Postgres.Sql;

/// <summary>What every node has to know of the database itself: its clock, its history, and the numbers of owners.</summary>
internal static class ClusterSql
{
    // Of 44 bits, so there is room for a million failovers.
    private const int TasksAhead = 1 << 24;

    private const int OwnersAhead = 1000;

    /// <summary>
    /// The history as it is written down, as the server has it, and what has been numbered. A server's history is another after a failover or a
    /// restore from the log (its timeline), and where a copy is another server's.
    /// </summary>
    public const string ReadHistory = """
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
        SELECT (SELECT setval('event_sequence', greatest(last_value, $1, {TransactionSql.ClockMs} * 1000) + 1) FROM event_sequence),
          (SELECT setval('task_numbers', greatest(last_value, $2) + {TasksAhead}) FROM task_numbers),
          (SELECT setval('owners_id_seq', last_value + {OwnersAhead}) FROM owners_id_seq)
        """;

    public const string RecordHistory = "UPDATE taskapi_schema SET history = $1, epoch = gen_random_uuid()::text";

    public const string FindOwner = "SELECT id FROM owners WHERE name = $1";

    public const string AddOwner = "INSERT INTO owners (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";

    public const string NameOwner = "SELECT name FROM owners WHERE id = $1";

    /// <summary>The database's clock, in microseconds since 1970.</summary>
    public const string Clock = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
}
