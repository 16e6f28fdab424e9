namespace TaskApi.Storage.Postgres.Sql;

/// <summary>Which rows other sessions hold.</summary>
internal static class HeldSql
{
    /// <summary>Of the tasks $1.</summary>
    public static readonly string Tasks = OfTasks("all_tasks");

    /// <summary>The same of their work.</summary>
    public static readonly string Work = OfTasks("work");

    /// <summary>Of the signs of life of workers, by their places: $1 are the owners, $2 the workers.</summary>
    public const string Beats = """
        SELECT wanted.place FROM unnest($1, $2) WITH ORDINALITY AS wanted (owner, worker, place),
          LATERAL (SELECT FROM beats WHERE beats.owner = wanted.owner AND beats.worker = wanted.worker) AS there
          LEFT JOIN LATERAL (SELECT 1 AS one FROM beats WHERE beats.owner = wanted.owner AND beats.worker = wanted.worker FOR UPDATE SKIP LOCKED) AS free ON true
        WHERE free.one IS NULL
        """;

    private static string OfTasks(string table) => $"""
        SELECT wanted.sequence FROM unnest($1) AS wanted (sequence),
          LATERAL (SELECT FROM {table} WHERE {table}.sequence = wanted.sequence) AS there
          LEFT JOIN LATERAL (SELECT 1 AS one FROM {table} WHERE {table}.sequence = wanted.sequence FOR UPDATE SKIP LOCKED) AS free ON true
        WHERE free.one IS NULL
        """;
}
