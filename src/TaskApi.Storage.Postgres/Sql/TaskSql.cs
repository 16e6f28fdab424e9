using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres.Sql;

/// <summary>The tasks, in PostgreSQL's words. <c>SqliteDialect</c> says the same in SQLite's.</summary>
/// <remarks>
/// Changes go by sets: what a transaction does to many tasks is one statement whose parameters are arrays. Plans matter: a statement
/// that goes by numbers has no condition on the state, since on a table without statistics the planner may prefer to walk the whole
/// partial index that has the same condition.
/// </remarks>
internal static class TaskSql
{
    /// <summary>When the clock has to look at a pending task: when it comes due or, if that is before, times out.</summary>
    public const string TimerTick = "least(due + lag, timeout)";

    /// <summary>When a finished task reached its final state.</summary>
    public const string FinishedTick = "finished + drift";

    // As the index says it. Failed work is kept for a time of its own.
    private const string IsGone = "state <> 0 AND state <> 8 AND state <> 11 AND state <> 27";

    private const string IsFailed = "state IN (11, 27)";

    private const string TimesOut = "timeout < due + lag";

    private const string FinishedAt = $"greatest($2, created, CASE WHEN {TimesOut} THEN created ELSE due END)";

    /// <summary>Both rows of tasks with work.</summary>
    public const string Both = "FROM all_tasks AS tasks JOIN work ON work.sequence = tasks.sequence";

    /// <summary>What readers and callers can see: what is not yet to be forgotten. It is deleted a while later.</summary>
    private const string IsKept = $"(finished IS NULL OR {FinishedTick} > CASE WHEN state IN (11, 27) THEN @hiddenFailed ELSE @hiddenUntil END)";

    /// <summary>The reads, as the connections for reading make them.</summary>
    public static readonly ReadTexts Reading = new()
    {
        Tasks = "all_tasks",
        // A transaction takes its numbers when it begins.
        OutOfOrder = 10_000,
        Find = $"SELECT {TaskRow.Columns} FROM all_tasks WHERE sequence = @sequence AND {IsKept}",
        FindMany = $"SELECT {TaskRow.Columns} FROM all_tasks WHERE sequence = ANY(@sequences) AND {IsKept}",
        FindWork = $"SELECT {HeldWork.Columns} {Both} WHERE tasks.sequence = @sequence AND {IsKept}",
        FindManyWork = $"SELECT {HeldWork.Columns} {Both} WHERE tasks.sequence = ANY(@sequences) AND {IsKept}",
        FindLease = $"SELECT {LeaseRow.Columns} {Both} WHERE tasks.sequence = @sequence",
        FindManyLeases = $"SELECT {LeaseRow.Columns} {Both} WHERE tasks.sequence = ANY(@sequences)",
        IsVisible = IsKept,
        OwnerTotals = $"""
            {CountSql.LatestCounts}
            SELECT (coalesce(sum(created), 0) + (SELECT coalesce(sum(created), 0) FROM outbox_counts WHERE owner = @owner))::bigint, coalesce(sum(completed), 0)::bigint, coalesce(sum(cancelled), 0)::bigint, coalesce(sum(failed), 0)::bigint,
              coalesce(sum(running), 0)::bigint, (coalesce(sum(ready), 0) + (SELECT coalesce(sum(ready), 0) FROM outbox_counts WHERE owner = @owner))::bigint,
              coalesce(sum(retried), 0)::bigint, coalesce(sum(lost), 0)::bigint
            FROM latest WHERE owner = @owner
            """,
        Workers = WorkerSql.List,
        LastTask = "SELECT last_value FROM task_numbers",
        LastEvent = EventSql.LastEvent,
    };

    /// <summary>Holds tasks for the transaction, in the order of their numbers, so that no two transactions wait for each other.</summary>
    public static readonly string Hold = $"SELECT {TaskRow.Columns} FROM all_tasks WHERE sequence = ANY($1) AND (finished IS NULL OR {FinishedTick} > CASE WHEN state IN (11, 27) THEN $3 ELSE $2 END) ORDER BY sequence FOR UPDATE";

    /// <summary>Tasks by their numbers, also such as are to be forgotten.</summary>
    public static readonly string FindMany = $"SELECT {TaskRow.Columns} FROM all_tasks WHERE sequence = ANY($1)";

    /// <summary>Its parameters are the columns of <see cref="ColumnUse.Insert"/>, as arrays.</summary>
    public static readonly string Insert = $"""
        INSERT INTO all_tasks ({List(TaskRow.Names(ColumnUse.Insert | ColumnUse.Zero))})
        SELECT {List(TaskRow.Names(ColumnUse.Insert | ColumnUse.Zero).Select(static name => TaskRow.Names(ColumnUse.Insert).Contains(name) ? name : "0"))}
        FROM {Arrays(ColumnUse.Insert)}
        """;

    /// <summary>Writes down what became of tasks that the transaction holds. Its parameters are the columns of <see cref="ColumnUse.Key"/> and <see cref="ColumnUse.Change"/>, as arrays.</summary>
    public static readonly string Change = $"""
        UPDATE all_tasks SET {List(TaskRow.Names(ColumnUse.Change).Select(static name => $"{name} = new.{name}"))}
        FROM {Arrays(ColumnUse.Key | ColumnUse.Change)}
        WHERE all_tasks.sequence = new.sequence
        """;

    /// <summary>
    /// Brings what is due to its final state, the earliest first, but for what another node is just changing. At the same instant
    /// completion wins over the timeout. $1 is the clock, $2 the wall clock, $3 the zone, $4 how many at the most, $5 from when on: before that
    /// there is nothing, but the index may have a long trail of what was.
    /// </summary>
    private const string ClaimDue = $"""
        UPDATE all_tasks SET
          state = CASE WHEN {TimesOut} THEN 2 ELSE 1 END,
          reason = CASE WHEN {TimesOut} THEN 'timeout' END,
          finished = {FinishedAt},
          drift = $1 - {FinishedAt},
          zone = $3
        WHERE sequence = ANY(ARRAY(
          SELECT sequence FROM all_tasks WHERE state = 0 AND {TimerTick} >= $5 AND {TimerTick} <= UNTIL ORDER BY {TimerTick} LIMIT $4 FOR UPDATE SKIP LOCKED))
        RETURNING 
        """;

    /// <summary>When the clock has to look at the first pending task, and from when on that is overdue. $1 is from when on to look, as for a claim.</summary>
    public const string FirstDue = $"SELECT {TimerTick}, greatest({TimerTick}, created + lag) FROM all_tasks WHERE state = 0 AND {TimerTick} >= $1 ORDER BY {TimerTick} LIMIT 1";

    /// <summary>$1 is from when on, as for a claim.</summary>
    public const string OldestFinished = $"SELECT {FinishedTick} FROM all_tasks WHERE {IsGone} AND {FinishedTick} >= $1 ORDER BY {FinishedTick} LIMIT 1";

    /// <summary>The same of failed ones.</summary>
    public const string OldestFailed = $"SELECT {FinishedTick} FROM all_tasks WHERE {IsFailed} AND {FinishedTick} >= $1 ORDER BY {FinishedTick} LIMIT 1";

    /// <summary>Deletes finished tasks, the earliest first, and answers how many. $1 is until when they were finished, $2 how many at the most, $3 from when on.</summary>
    public static readonly string Forget = Delete(IsGone, "true", "$2");

    /// <summary>
    /// Deletes finished tasks that are too many: one node at a time, or each would delete what is too many. $4 is how many are kept.
    /// </summary>
    public static readonly string ForgetExcess = Delete(IsGone, MayForget, Excess("completed + cancelled - forgotten"));

    /// <summary>As <see cref="Forget"/>, of those that failed.</summary>
    public static readonly string ForgetFailed = Delete(IsFailed, "true", "$2");

    /// <summary>As <see cref="ForgetExcess"/>, of those that failed.</summary>
    public static readonly string ForgetExcessFailed = Delete(IsFailed, MayForget, Excess("failed - forgotten_failed"));

    private const string MayForget = "(SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.forget')::bigint))";

    private static string Excess(string kept) => $"({CountSql.LatestCounts} SELECT greatest(0, least($2, sum({kept})::bigint - $4)) FROM latest)";

    private static string Delete(string match, string condition, string limit) => $"""
        WITH gone AS (DELETE FROM all_tasks WHERE sequence = ANY(ARRAY(
            SELECT sequence FROM all_tasks WHERE {match} AND {FinishedTick} >= $3 AND {FinishedTick} <= $1 AND {condition} ORDER BY {FinishedTick} LIMIT {limit} FOR UPDATE SKIP LOCKED))
          RETURNING sequence, state),
        done AS (DELETE FROM work WHERE sequence = ANY(ARRAY(SELECT sequence FROM gone WHERE state >= 8)))
        SELECT count(*) FROM gone
        """;

    private const string ClockMilliseconds = "(SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)";

    /// <summary>The statement that claims.</summary>
    /// <param name="show">True if whole tasks are wanted.</param>
    /// <param name="guard">True if the database's own clock has to agree that they are due.</param>
    public static string Claim(bool show, bool guard) =>
        ClaimDue.Replace("UNTIL", guard ? $"least($1, {ClockMilliseconds})" : "$1", StringComparison.Ordinal)
        + (show ? TaskRow.Columns : ClaimedTask.Columns);

    public static string List(IEnumerable<string> texts) => string.Join(", ", texts);

    private static string Arrays(ColumnUse use) => Arrays(TaskRow.Names(use));

    /// <summary>The columns with these names, as rows that are made of arrays.</summary>
    public static string Arrays(IReadOnlyList<string> names)
    {
        return $"unnest({List(names.Select(static (_, place) => FormattableString.Invariant($"${place + 1}")))}) AS new ({List(names)})";
    }
}
