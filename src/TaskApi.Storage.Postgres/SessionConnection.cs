using System.Data;
using Npgsql;

namespace TaskApi.Storage.Postgres;

/// <summary>The writer's connection, with the slot that has its counts. One that has ended is replaced. For the writer alone.</summary>
/// <param name="storage">The database.</param>
/// <param name="closed">Called when it is closed: what was under way on it has ended.</param>
internal sealed class SessionConnection(PostgresStorage storage, Action closed) : IDisposable
{
    private NpgsqlConnection? _connection;

    /// <summary>The number of the transaction under way on it; null if there is none. It would be lost with the connection.</summary>
    public string? Transaction { get; set; }

    /// <summary>The counts to which it alone adds; null as long as it isn't open.</summary>
    public SlotCounts? Slot { get; private set; }

    /// <summary>True if a commit has been answered, since this was set to false, that no longer waits for its replica.</summary>
    public bool IsUnconfirmed { get; set; }

    /// <summary>The connection as it is, or a new one.</summary>
    public NpgsqlConnection Current
    {
        get
        {
            // Ended meanwhile by the server, or on the way to it: outside of a transaction nothing is lost with it.
            if (_connection is { State: not ConnectionState.Open } && Transaction is null) Dispose();
            return _connection ?? Open();
        }
    }

    /// <summary>Sees to it that it shows the database as it is: one that shows what it was before it went back is of no use any more.</summary>
    public void Renew()
    {
        if (_connection is not null && storage.GenerationOf(_connection) != storage.Generation) Dispose();
        storage.History.Check(Current);
    }

    /// <summary>Runs a statement; answers how many rows it changed.</summary>
    public int Execute(string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        using var command = new NpgsqlCommand(text, Current);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command.ExecuteNonQuery();
    }

    /// <summary>Asks for a number; null if there is none.</summary>
    public long? Ask(string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        using var command = new NpgsqlCommand(text, Current);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command.ExecuteScalar() is long value ? value : null;
    }

    /// <summary>Closes it. Whatever state it is in, its transaction ends with it; the next use opens another.</summary>
    public void Dispose()
    {
        closed();
        _connection?.Dispose();
        (_connection, Slot) = (null, null);
    }

    // Its slot is known to others before anything is created.
    private NpgsqlConnection Open()
    {
        var connection = storage.Connect();
        try
        {
            Slot = new SlotCounts(connection);
            storage.TellBounds(connection);
            connection.Notice += (_, told) => IsUnconfirmed |= CommitOutcome.IsUnconfirmed(told.Notice);
            return _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
