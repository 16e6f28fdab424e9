using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>Everything that is said to the database, in SQLite's words. What another database would say otherwise stands here and nowhere else.</summary>
/// <remarks>
/// Plans matter: <see cref="TimerTick"/> and <see cref="FinishedTick"/> are indexed expressions, used only where a statement has them letter by letter,
/// beside the condition on the state that their partial indexes have.
/// </remarks>
internal static class SqliteDialect
{
    /// <summary>When the run's clock has to look at a pending task: when it comes due or, if that is before, times out.</summary>
    private const string TimerTick = "coalesce(min(due + lag, timeout), due + lag)";

    /// <summary>When, on the retention clock, a finished task reached its final state.</summary>
    private const string FinishedTick = "finished + drift";

    /// <summary>Completed or cancelled, whatever the task has besides: what is kept for the usual time.</summary>
    private const string IsFinished = "(state & 7) BETWEEN 1 AND 2";

    /// <summary>Those are kept for longer.</summary>
    private const string HasFailed = "(state & 7) = 3";

    /// <summary>Clocks of an earlier run: see <see cref="Rebase"/>.</summary>
    private const string Shifted = "lag NOT BETWEEN -100 AND 100 OR drift NOT BETWEEN -100 AND 100";

    private const string TimesOut = "timeout < due + lag";

    private const string FinishedAt = $"max(@wall, created, CASE WHEN {TimesOut} THEN created ELSE due END)";

    public const string Begin = "BEGIN IMMEDIATE";

    public const string Commit = "COMMIT";

    public const string Rollback = "ROLLBACK";

    /// <summary>Its parameters are the columns of <see cref="ColumnUse.Insert"/>, numbered in their order.</summary>
    public static readonly string Insert = $"""
        INSERT INTO tasks ({List(TaskRow.Names(ColumnUse.Insert | ColumnUse.Zero))})
        VALUES ({List(TaskRow.Names(ColumnUse.Insert | ColumnUse.Zero).Select(static name => Numbered(name, TaskRow.Names(ColumnUse.Insert)) ?? "0"))})
        """;

    /// <summary>Its parameters are the columns of <see cref="ColumnUse.Key"/> and <see cref="ColumnUse.Change"/>, numbered in their order.</summary>
    public static readonly string Change = $"""
        UPDATE tasks SET {List(TaskRow.Names(ColumnUse.Change).Select(static name => $"{name} = {Numbered(name, TaskRow.Names(ColumnUse.Key | ColumnUse.Change))}"))} WHERE sequence = ?1
        """;

    public static readonly string Find = $"SELECT {TaskRow.Columns} FROM tasks WHERE sequence = @sequence";

    /// <summary>The reads.</summary>
    public static readonly ReadTexts Reading = new()
    {
        Find = Find,
        FindWork = SqliteWorkDialect.FindForReaders,
        FindLease = SqliteWorkDialect.FindLease,
        LastTask = "SELECT last_sequence FROM ledger WHERE id = 1",
    };

    /// <summary>Brings what is due to its final state, the earliest first. At the same instant completion wins over the timeout.</summary>
    public const string Claim = $"""
        UPDATE tasks SET
          state = CASE WHEN {TimesOut} THEN 2 ELSE 1 END,
          reason = CASE WHEN {TimesOut} THEN 'timeout' END,
          finished = {FinishedAt},
          drift = @kept - {FinishedAt},
          zone = @zone
        WHERE sequence IN (SELECT sequence FROM tasks WHERE state = 0 AND {TimerTick} <= @run ORDER BY {TimerTick} LIMIT @limit)
        RETURNING {ClaimedTask.Columns}
        """;

    /// <summary>The same, for when somebody wants to see the tasks.</summary>
    public static readonly string ClaimAndShow = Claim.Replace($"RETURNING {ClaimedTask.Columns}", $"RETURNING {TaskRow.Columns}", StringComparison.Ordinal);

    /// <summary>When the clock has to look at the first pending task, and from when on that is overdue.</summary>
    public const string FirstDue = $"SELECT {TimerTick}, max({TimerTick}, created + lag) FROM tasks WHERE state = 0 ORDER BY {TimerTick} LIMIT 1";

    public const string OldestFinished = $"SELECT {FinishedTick} FROM tasks WHERE {IsFinished} AND {FinishedTick} IS NOT NULL ORDER BY {FinishedTick} LIMIT 1";

    public const string Forget = $"DELETE FROM tasks WHERE sequence IN (SELECT sequence FROM tasks WHERE {IsFinished} AND {FinishedTick} <= @until ORDER BY {FinishedTick} LIMIT @limit)";

    public const string OldestFailed = $"SELECT {FinishedTick} FROM tasks WHERE {HasFailed} AND {FinishedTick} IS NOT NULL ORDER BY {FinishedTick} LIMIT 1";

    public const string ForgetFailed = $"DELETE FROM tasks WHERE sequence IN (SELECT sequence FROM tasks WHERE {HasFailed} AND {FinishedTick} <= @until ORDER BY {FinishedTick} LIMIT @limit)";

    /// <summary>
    /// At the start: what an earlier run noted relative to its own clock is put right for this one's, which begins as the wall clock's.
    /// Only tasks armed after the wall clock was stepped are concerned, and their index holds no others but those that finished after it.
    /// </summary>
    public const string Rebase = $"UPDATE tasks SET timeout = timeout - lag, lag = 0 WHERE ({Shifted}) AND lag NOT BETWEEN -100 AND 100";

    public const string LoadOwners = "SELECT id, name, created, completed, cancelled, failed, running, retried, lost FROM owners ORDER BY id";

    public const string SaveOwner = """
        INSERT INTO owners (id, name, created, completed, cancelled, failed, running, retried, lost)
        VALUES (@id, @name, @created, @completed, @cancelled, @failed, @running, @retried, @lost)
        ON CONFLICT (id) DO UPDATE SET created = excluded.created, completed = excluded.completed, cancelled = excluded.cancelled, failed = excluded.failed,
          running = excluded.running, retried = excluded.retried, lost = excluded.lost
        """;

    public const string LoadCounters = "SELECT last_sequence, last_id_time, forgotten, lag, kept, forgotten_failed FROM ledger WHERE id = 1";

    public const string SaveCounters = """
        UPDATE ledger SET last_sequence = @sequence, last_id_time = @time, forgotten = @forgotten, lag = @lag, kept = @kept, forgotten_failed = @failed WHERE id = 1
        """;

    /// <summary>Where the key may have come by another process meanwhile, this changes no row then, and what is kept counts.</summary>
    public const string InsertKey = "INSERT INTO calls (key, body, since, waits, tasks) VALUES (@key, @body, @since, @waits, @tasks) ON CONFLICT (key) DO NOTHING";

    public const string KeepAnswer = "UPDATE calls SET answer = @answer, since = @since WHERE key = @key AND answer IS NULL";

    public const string DeleteKey = "DELETE FROM calls WHERE key = @key";

    public const string ForgetKeys = "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE since <= @until ORDER BY since LIMIT @limit)";

    public const string OldestKey = "SELECT since FROM calls ORDER BY since LIMIT 1";

    public const string LoadKeyCount = "SELECT calls FROM ledger WHERE id = 1";

    public const string SaveKeyCount = "UPDATE ledger SET calls = @count WHERE id = 1";

    /// <summary>A list of names or values.</summary>
    public static string List(IEnumerable<string> texts) => string.Join(", ", texts);

    /// <summary>The place of a column among those that are parameters; null if it is none.</summary>
    public static string? Numbered(string name, IReadOnlyList<string> parameters)
    {
        var place = parameters.ToList().IndexOf(name);
        return place < 0 ? null : FormattableString.Invariant($"?{place + 1}");
    }
}
