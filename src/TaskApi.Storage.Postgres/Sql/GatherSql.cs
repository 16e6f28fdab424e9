using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres.Sql;

/// <summary>Gathers and their members, in PostgreSQL's words. Nothing here waits for what another transaction holds, so it may be held in any order.</summary>
internal static class GatherSql
{
    /// <summary>$1 are numbers, $2 and $3 the times and random bits of the ids, $4 the rules, $5 how many members aren't done, $6 bytes, $7 who failed first, $8 from where on members are to be cancelled, $9 phases, $10 whether something is to be done.</summary>
    public const string Insert = "INSERT INTO gathers (sequence, time, nonce, rules, waiting, bytes, failed_at, cancel_from, phase, due) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    /// <summary>The same of those that there are.</summary>
    public const string Change = """
        UPDATE gathers SET waiting = new.waiting, bytes = new.bytes, failed_at = new.failed_at, cancel_from = new.cancel_from, phase = new.phase, due = new.due
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS new (sequence, time, nonce, rules, waiting, bytes, failed_at, cancel_from, phase, due)
        WHERE gathers.sequence = new.sequence
        """;

    /// <summary>$1 are numbers.</summary>
    public const string Delete = "DELETE FROM gathers WHERE sequence = ANY($1)";

    /// <summary>$1 are gathers, $2 places in them, $3 the members' numbers, $4 their ids, $5 their states, $6 what became of them.</summary>
    public const string InsertMembers = "INSERT INTO members (gather, position, member, id, state, value) SELECT * FROM unnest($1, $2, $3, $4, $5, $6)";

    /// <summary>$1 are gathers, $2 places in them, $3 states, $4 what became of them.</summary>
    public const string SetOutcomes = """
        UPDATE members SET state = new.state, value = new.value FROM unnest($1, $2, $3, $4) AS new (gather, position, state, value)
        WHERE members.gather = new.gather AND members.position = new.position
        """;

    /// <summary>Where tasks that are done, $1, stand in gathers, $2 places at the most, with the gathers, held.</summary>
    public const string FindEnded = $"""
        SELECT next.member, next.gather, next.position, {GatherRow.Columns} FROM
          (SELECT member, gather, position FROM members WHERE member = ANY($1) AND state IS NULL ORDER BY member, gather, position LIMIT $2) AS next
          LEFT JOIN LATERAL (SELECT * FROM gathers WHERE sequence = next.gather FOR UPDATE SKIP LOCKED) AS gathers ON true
        ORDER BY next.member, next.gather, next.position
        """;

    /// <summary>Gathers with the numbers $1, as far as they are there, held.</summary>
    public const string Find = $"""
        SELECT next.sequence, {GatherRow.Columns} FROM (SELECT sequence FROM gathers WHERE sequence = ANY($1)) AS next
          LEFT JOIN LATERAL (SELECT * FROM gathers WHERE sequence = next.sequence FOR UPDATE SKIP LOCKED) AS gathers ON true
        """;

    /// <summary>Holds gathers of which something is to be done, $1 at the most.</summary>
    public const string TakeDue = $"SELECT {GatherRow.Columns} FROM gathers WHERE due = 1 ORDER BY sequence LIMIT $1 FOR UPDATE SKIP LOCKED";

    /// <summary>Tasks with the numbers $1, which nobody needs to hold.</summary>
    public static readonly string Tasks = $"SELECT {TaskRow.Columns} FROM all_tasks WHERE sequence = ANY($1)";

    /// <summary>Their work.</summary>
    public static readonly string Work = $"SELECT {WorkRow.Columns} FROM work WHERE sequence = ANY($1)";

    /// <summary>Holds both rows of the task $1; without it where another transaction holds it.</summary>
    public static readonly string FindTask = $"""
        SELECT {HeldWork.Columns} FROM (SELECT sequence FROM all_tasks WHERE sequence = $1) AS next
          LEFT JOIN LATERAL (SELECT * FROM all_tasks WHERE sequence = next.sequence FOR UPDATE SKIP LOCKED) AS tasks ON true
          LEFT JOIN LATERAL (SELECT * FROM work WHERE sequence = tasks.sequence FOR UPDATE SKIP LOCKED) AS work ON true
        """;

    /// <summary>Members of the gather $1 that aren't done, from the place $2 on, $3 at the most, with what they are, held.</summary>
    public static readonly string FindOpen = $"""
        SELECT {HeldWork.Columns}, next.position FROM
          (SELECT position, member FROM members WHERE gather = $1 AND position >= $2 AND state IS NULL ORDER BY position LIMIT $3) AS next
          LEFT JOIN LATERAL (SELECT * FROM all_tasks WHERE sequence = next.member FOR UPDATE SKIP LOCKED) AS tasks ON true
          LEFT JOIN LATERAL (SELECT * FROM work WHERE sequence = tasks.sequence FOR UPDATE SKIP LOCKED) AS work ON true
        ORDER BY next.position
        """;

    /// <summary>All members of the gather $1.</summary>
    public const string Members = "SELECT position, id, state, value FROM members WHERE gather = $1 ORDER BY position";

    /// <summary>Forgets members of the gather $1, $2 at the most.</summary>
    public const string Forget = """
        WITH gone AS (DELETE FROM members WHERE gather = $1 AND position = ANY(ARRAY(SELECT position FROM members WHERE gather = $1 ORDER BY position LIMIT $2)) RETURNING 1)
        SELECT count(*) FROM gone
        """;

    /// <summary>Of tasks something is left to do: $1 their numbers, $2 the times in their ids, $3 the random bits, $4 their states, $5 what follows.</summary>
    public const string Keep = "INSERT INTO ended_members (sequence, time, nonce, state, follows) SELECT * FROM unnest($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

    /// <summary>$1 are numbers, $2 states.</summary>
    public const string ForgetEnds = "DELETE FROM ended_members USING unnest($1, $2) AS seen (sequence, state) WHERE ended_members.sequence = seen.sequence AND ended_members.state = seen.state";

    /// <summary>Holds what is left to do, $1 at the most.</summary>
    public const string Take = "SELECT sequence, time, nonce, state, follows FROM ended_members ORDER BY sequence, state LIMIT $1 FOR UPDATE SKIP LOCKED";
}
