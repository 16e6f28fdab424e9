namespace TaskApi.Storage.Postgres.Sql;

/// <summary>Tasks that are to be the only ones with a key. $1 are owners, $2 keys.</summary>
internal static class UniqueSql
{
    private const string AllLock = "hashtext(current_schema() || '.uniques')::bigint";

    /// <summary>To be taken before <see cref="Lock"/>: nobody has <see cref="LockAll"/> meanwhile.</summary>
    public const string LockShared = $"SELECT pg_advisory_xact_lock_shared({AllLock})";

    /// <summary>Lets one transaction after the other create tasks with whatever keys: each key's own lock has a place in a table of the server's, which isn't large.</summary>
    public const string LockAll = $"SELECT pg_advisory_xact_lock({AllLock})";

    /// <summary>Lets one transaction after the other create tasks with a key; all take several keys in the same order.</summary>
    public const string Lock = """
        SELECT pg_advisory_xact_lock(lock)::text FROM (
          SELECT DISTINCT hashtextextended(current_schema() || '.unique/' || owner || '/' || encode(key, 'hex'), 0) AS lock FROM unnest($1, $2) AS wanted (owner, key)
          ORDER BY lock OFFSET 0) AS sorted
        """;

    /// <summary>Those that there are, by their numbers: looked for after <see cref="Lock"/>.</summary>
    public const string Find = """
        SELECT found.owner, found.unique_key, found.sequence FROM unnest($1, $2) AS wanted (owner, key),
          LATERAL (SELECT owner, unique_key, sequence FROM work WHERE unique_key IS NOT NULL AND work.owner = wanted.owner AND unique_key = wanted.key OFFSET 0) AS found
        """;
}
