using Npgsql;

namespace TaskApi.Storage.Postgres;

/// <summary>What is looked for within a transaction.</summary>
internal static class WorkReads
{
    /// <summary>Everything that a statement finds, once what has been changed so far has been written down.</summary>
    /// <param name="work">The transaction's.</param>
    /// <param name="text">The statement.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="parameters">The statement's.</param>
    public static List<T> FindAll<T>(this PostgresWork work, string text, Func<NpgsqlDataReader, T> read, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        using var batch = work.Begin();
        batch.Add(text, parameters);
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        var found = new List<T>();
        for (results.Next(); reader.Read();) found.Add(read(reader));
        return found;
    }
}
