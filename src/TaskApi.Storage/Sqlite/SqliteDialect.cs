using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>Everything that is said to the database, in SQLite's words. What another database would say otherwise stands here and nowhere else.</summary>
/// <remarks>
/// Plans matter: <see cref="Wake"/> and <see cref="Gone"/> are indexed expressions, used only where a statement has them letter by letter,
/// beside the condition on the state that their partial indexes have.
/// </remarks>
internal static class SqliteDialect
{
    /// <summary>When the run's clock has to look at a pending task: when it comes due or, if that is before, times out.</summary>
    private const string Wake = "coalesce(min(due + lag, timeout), due + lag)";

    /// <summary>When, on the clock of what is kept, a finished task reached its final state.</summary>
    private const string Gone = "finished + drift";

    /// <summary>Clocks of an earlier run: see <see cref="Rebase"/>.</summary>
    private const string Shifted = "lag NOT BETWEEN -100 AND 100 OR drift NOT BETWEEN -100 AND 100";

    private const string TimesOut = "timeout < due + lag";

    private const string FinishedAt = $"max(@wall, CASE WHEN {TimesOut} THEN created ELSE due END)";

    /// <summary>
    /// Version 1 of the schema. A pending task costs a row and an entry in one index. In a row, what is null, 0 or 1 takes no
    /// bytes but the one that says so, which is why so much is kept as a difference.
    /// </summary>
    public static readonly string[] Version1 =
    [
        """
        CREATE TABLE tasks (
          sequence INTEGER PRIMARY KEY,
          nonce    INTEGER NOT NULL,
          created  INTEGER NOT NULL,
          skew     INTEGER NOT NULL,
          due      INTEGER NOT NULL,
          lag      INTEGER NOT NULL,
          delay    REAL,
          timeout  INTEGER,
          owner    INTEGER NOT NULL,
          state    INTEGER NOT NULL,
          version  INTEGER NOT NULL,
          finished INTEGER,
          drift    INTEGER,
          zone     INTEGER,
          reason   TEXT,
          detail   BLOB,
          name     BLOB,
          grp      TEXT,
          message  BLOB NOT NULL
        )
        """,
        $"CREATE INDEX tasks_wake ON tasks ({Wake}) WHERE state = 0",
        $"CREATE INDEX tasks_gone ON tasks ({Gone}) WHERE state <> 0",
        "CREATE INDEX tasks_group ON tasks (owner, grp) WHERE grp IS NOT NULL",
        "CREATE INDEX tasks_name ON tasks (owner, name) WHERE name IS NOT NULL",
        "CREATE INDEX tasks_owner ON tasks (owner) WHERE owner <> 0",
        $"CREATE INDEX tasks_shifted ON tasks (sequence) WHERE {Shifted}",
        """
        CREATE TABLE owners (
          id        INTEGER PRIMARY KEY,
          name      BLOB NOT NULL UNIQUE,
          created   INTEGER NOT NULL,
          completed INTEGER NOT NULL,
          cancelled INTEGER NOT NULL,
          failed    INTEGER NOT NULL
        )
        """,
        "CREATE TABLE ledger (id INTEGER PRIMARY KEY CHECK (id = 1), last_sequence INTEGER NOT NULL, last_id_time INTEGER NOT NULL, forgotten INTEGER NOT NULL)",
        "INSERT INTO ledger VALUES (1, 0, 0, 0)",
    ];

    /// <summary>Version 2: calls with a key are kept with the tasks they created.</summary>
    public static readonly string[] Version2 =
    [
        """
        CREATE TABLE calls (
          id     INTEGER PRIMARY KEY,
          key    BLOB NOT NULL UNIQUE,
          body   BLOB NOT NULL,
          since  INTEGER NOT NULL,
          waits  INTEGER NOT NULL,
          tasks  BLOB NOT NULL,
          answer BLOB
        )
        """,
        "CREATE INDEX calls_since ON calls (since)",
        "ALTER TABLE ledger ADD COLUMN calls INTEGER NOT NULL DEFAULT 0",
    ];

    /// <summary>Version 3: who has no key is an owner of the schema. How long something has been kept is counted by a clock that goes on: see <see cref="RunClock.GoOn"/>.</summary>
    public static readonly string[] Version3 =
    [
        "INSERT OR IGNORE INTO owners VALUES (0, x'', 0, 0, 0, 0)",
        "ALTER TABLE ledger ADD COLUMN lag INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE ledger ADD COLUMN kept INTEGER NOT NULL DEFAULT 0",
        $"UPDATE tasks SET drift = 0 WHERE ({Shifted}) AND drift IS NOT NULL",
    ];

    /// <summary>The reads.</summary>
    public static readonly ReadTexts Reading = new() { Find = Find, LastTask = "SELECT last_sequence FROM ledger WHERE id = 1" };

    public const string Begin = "BEGIN IMMEDIATE";

    public const string Commit = "COMMIT";

    public const string Rollback = "ROLLBACK";

    public const string Insert = """
        INSERT INTO tasks (sequence, nonce, created, skew, due, lag, delay, timeout, owner, state, version, name, grp, message)
        VALUES (@sequence, @nonce, @created, @skew, @due, @lag, @delay, @timeout, @owner, 0, 0, @name, @group, @message)
        """;

    public const string Find = $"SELECT {TaskRow.Columns} FROM tasks WHERE sequence = @sequence";

    public const string Cancel = $"""
        UPDATE tasks SET state = 2, finished = max(@wall, created), drift = @kept - max(@wall, created), reason = @reason, detail = @detail
        WHERE sequence = @sequence AND owner = @owner AND state = 0
        RETURNING {TaskRow.Columns}
        """;

    public const string Reschedule =
        "UPDATE tasks SET due = @due, lag = @lag, delay = @delay, message = @message, version = version + 1 WHERE sequence = @sequence AND state = 0";

    /// <summary>Brings what is due to its final state, the earliest first. At the same instant completion wins over the timeout.</summary>
    public const string Claim = $"""
        UPDATE tasks SET
          state = CASE WHEN {TimesOut} THEN 2 ELSE 1 END,
          reason = CASE WHEN {TimesOut} THEN 'timeout' END,
          finished = {FinishedAt},
          drift = @kept - {FinishedAt},
          zone = @zone
        WHERE sequence IN (SELECT sequence FROM tasks WHERE state = 0 AND {Wake} <= @run ORDER BY {Wake} LIMIT @limit)
        RETURNING {ClaimedTask.Columns}
        """;

    /// <summary>The same, for when somebody wants to see the tasks.</summary>
    public static readonly string ClaimAndShow = Claim.Replace($"RETURNING {ClaimedTask.Columns}", $"RETURNING {TaskRow.Columns}", StringComparison.Ordinal);

    public const string NextWake = $"SELECT {Wake} FROM tasks WHERE state = 0 ORDER BY {Wake} LIMIT 1";

    public const string NextGone = $"SELECT {Gone} FROM tasks WHERE state <> 0 ORDER BY {Gone} LIMIT 1";

    public const string Forget = $"DELETE FROM tasks WHERE sequence IN (SELECT sequence FROM tasks WHERE state <> 0 AND {Gone} <= @until ORDER BY {Gone} LIMIT @limit)";

    /// <summary>
    /// At the start: what an earlier run noted relative to its own clock is put right for this one's, which begins as the wall clock's.
    /// Only tasks armed after the wall clock was stepped are concerned, and their index holds no others but those that finished after it.
    /// </summary>
    public const string Rebase = $"UPDATE tasks SET timeout = timeout - lag, lag = 0 WHERE ({Shifted}) AND lag NOT BETWEEN -100 AND 100";

    public const string LoadOwners = "SELECT id, name, created, completed, cancelled, failed FROM owners ORDER BY id";

    public const string SaveOwner = """
        INSERT INTO owners VALUES (@id, @name, @created, @completed, @cancelled, @failed)
        ON CONFLICT (id) DO UPDATE SET created = excluded.created, completed = excluded.completed, cancelled = excluded.cancelled, failed = excluded.failed
        """;

    public const string LoadLedger = "SELECT last_sequence, last_id_time, forgotten, lag, kept FROM ledger WHERE id = 1";

    public const string SaveLedger = "UPDATE ledger SET last_sequence = @sequence, last_id_time = @time, forgotten = @forgotten, lag = @lag, kept = @kept WHERE id = 1";

    /// <summary>Where the key may have come by another process meanwhile, this changes no row then, and what is kept counts.</summary>
    public const string InsertCall = "INSERT INTO calls (key, body, since, waits, tasks) VALUES (@key, @body, @since, @waits, @tasks) ON CONFLICT (key) DO NOTHING";

    public const string KeepAnswer = "UPDATE calls SET answer = @answer, since = @since WHERE key = @key AND answer IS NULL";

    public const string DeleteCall = "DELETE FROM calls WHERE key = @key";

    public const string ForgetCalls = "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE since <= @until ORDER BY since LIMIT @limit)";

    public const string OldestCall = "SELECT since FROM calls ORDER BY since LIMIT 1";

    public const string LoadCallCount = "SELECT calls FROM ledger WHERE id = 1";

    public const string SaveCallCount = "UPDATE ledger SET calls = @count WHERE id = 1";
}
