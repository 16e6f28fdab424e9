using Npgsql;
using TaskApi.Storage.Postgres.Sql;

namespace TaskApi.Storage.Postgres;

/// <summary>The counts of what programs have created in transactions of their own, until a node takes them over.</summary>
internal static class ProgramCounts
{
    /// <summary>Takes them, in the transaction under way: by owner, how many tasks were created, and how many of them wait for somebody to run them.</summary>
    public static List<(int Owner, long Created, long Ready)> Take(NpgsqlConnection connection)
    {
        var counts = new List<(int Owner, long Created, long Ready)>();
        using var take = new NpgsqlCommand(CountSql.TakeOver, connection);
        using var reader = take.ExecuteReader();
        while (reader.Read()) counts.Add((reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2)));
        return counts;
    }
}
