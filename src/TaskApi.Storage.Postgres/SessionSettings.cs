using Npgsql;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// What every session is told before it is used. Whatever a role, a database or a server has set by default, the service does the same: what
/// matters to it stands here.
/// </summary>
/// <param name="deadline">How long a call may take: no statement has anyone who waits for it any longer.</param>
internal sealed class SessionSettings(TimeSpan deadline)
{
    // Names that the server doesn't know yet are passed over: transaction_timeout is of version 17. The plans: every statement has an index to
    // follow; without statistics, as on tables just filled, the planner may not see that, and a plan once made is kept. The bounds: a node that
    // vanishes, or is suspended, must not hold for long what others need, nor the queue of notifications, nor vacuum. An idle session is ours to end.
    // One statement: of several, Npgsql would send all but the first with the help of the thread pool, even if it is told to do without.
    private const string Text = """
        SELECT set_config(name, value, false) FROM (VALUES
          ('statement_timeout', $1), ('transaction_timeout', $1), ('lock_timeout', '3s'), ('idle_in_transaction_session_timeout', '10s'), ('idle_session_timeout', '0'),
          ('tcp_keepalives_idle', '10'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3'), ('tcp_user_timeout', '30s'),
          ('default_transaction_isolation', 'read committed'), ('default_transaction_read_only', 'off'), ('default_transaction_deferrable', 'off'), ('TimeZone', 'UTC'), ('client_min_messages', 'warning'),
          ('enable_seqscan', 'off'), ('enable_bitmapscan', 'off'), ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off'), ('enable_indexscan', 'on'), ('enable_nestloop', 'on'),
          ('jit', 'off'), ('plan_cache_mode', 'force_generic_plan'),
          ('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END)
        ) AS settings (name, value) WHERE name <> 'transaction_timeout' OR current_setting('server_version_num')::int >= 170000
        """;

    /// <summary>Lifts the bounds for a transaction that takes as long as it takes.</summary>
    public const string Unbounded = """
        SELECT set_config(name, '0', true) FROM pg_settings
        WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')
        """;

    private readonly string _milliseconds = FormattableString.Invariant($"{(long)deadline.TotalMilliseconds}");

    /// <summary>The statement that sets all of it.</summary>
    public NpgsqlCommand On(NpgsqlConnection connection) => new(Text, connection) { Parameters = { PostgresCommands.Text(_milliseconds) } };
}
