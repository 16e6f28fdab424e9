using Npgsql;

namespace TaskApi.Storage.Postgres;

/// <summary>The answers of statements that went together, one after the other; a reader stands on the first from the beginning.</summary>
internal struct ResultSets(NpgsqlDataReader reader)
{
    private bool _begun;

    public readonly NpgsqlDataReader Reader => reader;

    /// <summary>Goes to the next one.</summary>
    /// <returns>False if there is none.</returns>
    public bool Next()
    {
        if (_begun) return reader.NextResult();
        return _begun = true;
    }
}
