namespace TaskApi.Storage.Postgres.Sql;

/// <summary>What programs say in transactions of their own.</summary>
internal static class CreateSql
{
    /// <summary>Creates a task. The parameters are the function's, in the order that it has them.</summary>
    public const string Create = """
        SELECT taskapi_create(message => $1, type => $2, input => $3, queue => $4, priority => $5, key => $6, retry => $7, attempt_seconds => $8,
          delay_seconds => $9, due_at => $10, timeout_seconds => $11, name => $12, group_name => $13, owner => $14)
        """;
}
