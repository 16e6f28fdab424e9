using Npgsql;
using TaskApi.Engine;
using static TaskApi.Sql.Postgres.PostgresCommands;

namespace TaskApi.Sql.Postgres;

// What a session says to the database, and how it finds out what became of a commit.
internal sealed partial class PostgresSession
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <summary>Runs a statement; answers how many rows it changed.</summary>
    internal int Execute(string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        using var command = new NpgsqlCommand(text, Connection);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command.ExecuteNonQuery();
    }

    /// <summary>Asks for a number; null if there is none.</summary>
    internal long? Ask(string text)
    {
        using var command = new NpgsqlCommand(text, Connection);
        return command.ExecuteScalar() is long value ? value : null;
    }

    /// <summary>Looks up what all nodes together have; answers how many calls are kept.</summary>
    internal long Sum()
    {
        using var command = new NpgsqlCommand(PostgresDialect.Totals, Connection);
        using var reader = command.ExecuteReader();
        reader.Read();
        _ledger.Sum(reader.GetInt64(0), reader.GetInt64(1));
        return reader.GetInt64(2);
    }

    // True if it also asks for the sums.
    private bool AddBegin(NpgsqlBatch batch, int creates)
    {
        batch.Add(PostgresDialect.Begin);
        batch.Add(PostgresDialect.TransactionId);
        _isNear = creates > 0 && _ledger.IsNearCapacity(creates);
        if (!_isNear && !_ledger.IsStale(creates)) return false;
        if (_isNear) batch.Add(PostgresDialect.LockCapacity);
        batch.Add(PostgresDialect.Totals);
        return true;
    }

    private void ReadBegin(NpgsqlDataReader reader, bool sums)
    {
        reader.Read();
        _transaction = reader.GetString(0);
        if (!sums) return;
        if (_isNear) reader.NextResult();
        reader.NextResult();
        reader.Read();
        _ledger.Sum(reader.GetInt64(0), reader.GetInt64(1));
        _callTable.Recount(reader.GetInt64(2));
    }

    private void EnsureBegun()
    {
        if (_transaction is not null) return;
        using var batch = new NpgsqlBatch(Connection);
        var sums = AddBegin(batch, creates: 0);
        using var reader = batch.ExecuteReader();
        ReadBegin(reader, sums);
    }

    private void AddAnnouncements(NpgsqlBatch commands, WriteBatch batch, long? wake)
    {
        var effects = batch.Effects;
        for (var next = 0; next < effects.Count || wake is not null; wake = null)
        {
            var (chunk, first) = (_storage.Echoes.Add(), next);
            var text = Announcement.Write(_storage.Node, chunk, wake, effects, ref next);
            var tasks = new TaskSnapshot?[next - first];
            for (var i = 0; i < tasks.Length; i++) tasks[i] = effects[first + i].Task;
            _storage.Echoes.Keep(chunk, tasks);
            _announced.Add(chunk);
            commands.Add(PostgresDialect.Announce, Number(tasks.Length), Text(_storage.Channel), Text(text));
        }
    }

    // Asked on a new connection, until the server has noticed that the old one is gone and ended its transaction this way or that.
    private bool HasCommitted()
    {
        if (_transaction is null) return false;
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < _patience)
        {
            using var ask = new NpgsqlCommand(PostgresDialect.TransactionStatus, Connection);
            ask.Parameters.Add(Text(_transaction));
            switch (ask.ExecuteScalar() as string)
            {
                case "committed":
                    return true;
                case "in progress":
                    ShortSleep.For(TimeSpan.FromMilliseconds(20));
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    private void Clear()
    {
        _rows.Clear();
        _calls.Clear();
        _transaction = null;
    }

    private void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
