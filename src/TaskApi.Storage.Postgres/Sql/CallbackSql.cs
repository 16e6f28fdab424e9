using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres.Sql;

/// <summary>What is called when tasks are done, in PostgreSQL's words. Its state is 0 until the task is, then 1 as long as it has not been seen to, then 2.</summary>
internal static class CallbackSql
{
    /// <summary>$1 are tasks, $2 for which of their ends it is, $3 what is called.</summary>
    public const string Insert = "INSERT INTO callbacks (sequence, ends, target) SELECT * FROM unnest($1, $2, $3)";

    /// <summary>$1 is a task.</summary>
    public const string Find = "SELECT ends, target FROM callbacks WHERE sequence = $1";

    /// <summary>Those of the tasks with the numbers $1, each answered to one transaction.</summary>
    public const string Take = "UPDATE callbacks SET state = 2 WHERE sequence = ANY($1) AND state < 2 RETURNING sequence, ends, target";

    /// <summary>The same of $1 tasks at the most which nodes of the version before have ended, with both of their rows.</summary>
    public static readonly string TakeOwed = $"""
        WITH taken AS (UPDATE callbacks SET state = 2 WHERE sequence = ANY(ARRAY(SELECT sequence FROM callbacks WHERE state = 1 ORDER BY sequence LIMIT $1 FOR UPDATE SKIP LOCKED))
          RETURNING sequence, ends, target)
        SELECT {HeldWork.Columns}, taken.sequence, taken.ends, taken.target FROM taken JOIN all_tasks AS tasks ON tasks.sequence = taken.sequence LEFT JOIN work ON work.sequence = taken.sequence
        ORDER BY taken.sequence
        """;
}
