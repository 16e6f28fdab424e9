using Npgsql;

namespace TaskApi.Tests;

/// <summary>How the database would go about a statement with parameters, planned once for all their values, under what a session of the service is told of plans.</summary>
internal static class QueryPlan
{
    public const string Settings = "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c plan_cache_mode=force_generic_plan";

    /// <summary>The plan's lines.</summary>
    /// <param name="database">The connection string.</param>
    /// <param name="text">The statement.</param>
    /// <param name="types">Its parameters' types, with commas between.</param>
    /// <param name="before">Said first, and undone again.</param>
    public static List<string> Of(string database, string text, string types, string before = "SELECT")
    {
        using var connection = new NpgsqlConnection($"{database};Options={Settings}");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using (var first = new NpgsqlCommand(before, connection)) first.ExecuteNonQuery();
        using (var prepare = new NpgsqlCommand($"PREPARE looks ({types}) AS {text}", connection)) prepare.ExecuteNonQuery();
        var parameters = string.Join(", ", types.Split(',').Select(static _ => "NULL"));

        var plan = new List<string>();
        using var explain = new NpgsqlCommand($"EXPLAIN EXECUTE looks({parameters})", connection);
        using var reader = explain.ExecuteReader();
        while (reader.Read()) plan.Add(reader.GetString(0));
        return plan;
    }
}
