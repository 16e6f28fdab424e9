using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres.Sql;

/// <summary>Tasks that wait for others, in PostgreSQL's words.</summary>
internal static class AftermathSql
{
    /// <summary>$1 are tasks, $2 those that wait for them.</summary>
    public const string Wait = "INSERT INTO waits (dependency, dependant) SELECT * FROM unnest($1, $2)";

    /// <inheritdoc cref="Wait"/>
    public const string Release = "DELETE FROM waits USING unnest($1, $2) AS gone (dependency, dependant) WHERE waits.dependency = gone.dependency AND waits.dependant = gone.dependant";

    /// <summary>
    /// Tasks that wait for those with the numbers $1, $2 at the most, and both of their rows, held; of one that another transaction holds there are only the numbers.
    /// It never waits, so it may hold what it likes in any order.
    /// </summary>
    public static readonly string FindWaiting = $"""
        SELECT {HeldWork.Columns}, next.dependency, next.dependant FROM
          (SELECT dependency, dependant FROM waits WHERE dependency = ANY($1) ORDER BY dependency, dependant LIMIT $2) AS next
          LEFT JOIN LATERAL (SELECT * FROM all_tasks WHERE sequence = next.dependant FOR UPDATE SKIP LOCKED) AS tasks ON true
          LEFT JOIN LATERAL (SELECT * FROM work WHERE sequence = tasks.sequence FOR UPDATE SKIP LOCKED) AS work ON true
        ORDER BY next.dependency, next.dependant
        """;

    /// <summary>Tasks that are done, with something left to do: $1 their numbers, $2 the times in their ids, $3 the random bits, $4 their states, $5 what follows.</summary>
    public const string Keep = "INSERT INTO ended (sequence, time, nonce, state, follows) SELECT * FROM unnest($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

    /// <summary>$1 are numbers.</summary>
    public const string Forget = "DELETE FROM ended WHERE sequence = ANY($1)";

    /// <summary>Holds what is left to do, $1 at the most.</summary>
    public const string Take = "SELECT sequence, time, nonce, state, follows FROM ended ORDER BY sequence LIMIT $1 FOR UPDATE SKIP LOCKED";

    /// <summary>Tasks that have been forgotten don't wait any more for those with the numbers $1: nodes of the version before cancelled them.</summary>
    public const string ForgetGone = "DELETE FROM waits WHERE dependency = ANY($1) AND NOT EXISTS (SELECT FROM all_tasks WHERE sequence = waits.dependant)";

    /// <summary>Whether something is left to do, of gathers, callbacks or other tasks.</summary>
    public const string HasKept = "SELECT 1::bigint WHERE EXISTS (SELECT FROM ended) OR EXISTS (SELECT FROM ended_members) OR EXISTS (SELECT FROM gathers WHERE due = 1) OR EXISTS (SELECT FROM callbacks WHERE state = 1)";
}
