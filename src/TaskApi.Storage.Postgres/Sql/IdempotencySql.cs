namespace TaskApi.Storage.Postgres.Sql;

/// <summary>The calls with a key, which take effect once whichever node gets them.</summary>
internal static class IdempotencySql
{
    /// <summary>
    /// Takes the keys of calls, each of which another node may just be taking too: then this waits until that one has committed, or
    /// given up. Answers which of them are new.
    /// </summary>
    public const string TakeKeys = """
        INSERT INTO calls (key, body, since, waits, tasks) SELECT key, '', 0, 0, '' FROM unnest($1) AS new (key) ORDER BY key
        ON CONFLICT (key) DO NOTHING RETURNING key
        """;

    /// <summary>Holds calls for the transaction, in the order of their keys.</summary>
    public const string HoldKeys = "SELECT body, since, waits, tasks, answer, key FROM calls WHERE key = ANY($1) ORDER BY key FOR UPDATE";

    /// <summary>Writes down calls that the transaction holds.</summary>
    public const string WriteKeys = """
        UPDATE calls SET body = new.body, since = new.since, waits = new.waits, tasks = new.tasks, answer = new.answer
        FROM unnest($1, $2, $3, $4, $5, $6) AS new (key, body, since, waits, tasks, answer) WHERE calls.key = new.key
        """;

    public const string DropKeys = "DELETE FROM calls WHERE key = ANY($1)";

    public const string ForgetKeys = """
        DELETE FROM calls WHERE key = ANY(ARRAY(SELECT key FROM calls WHERE since >= $3 AND since <= $1 ORDER BY since LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    public const string OldestKey = "SELECT since FROM calls WHERE since >= $1 ORDER BY since LIMIT 1";
}
