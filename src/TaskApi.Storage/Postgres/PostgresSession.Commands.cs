using Npgsql;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Time;
using TaskApi.Storage.GroupCommit;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

// What a session says to the database, and how it finds out what became of a commit.
internal sealed partial class PostgresSession
{
    private const int MostAhead = 256;
    private const int ManyCreates = 8;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    private bool _begins;
    private bool _isNear;
    private bool _sums;

    /// <summary>Runs a statement; answers how many rows it changed.</summary>
    internal int Execute(string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        using var command = new NpgsqlCommand(text, Connection);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command.ExecuteNonQuery();
    }

    /// <summary>Asks for a number; null if there is none.</summary>
    internal long? Ask(string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        using var command = new NpgsqlCommand(text, Connection);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
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

    // Begins the transaction, unless that has been done, and asks for the sums if they may matter.
    private void AddStart(NpgsqlBatch batch, int creates)
    {
        _begins = _transaction is null;
        _isNear = creates > 0 && _ledger.IsNearCapacity(creates);
        _sums = _isNear || _ledger.IsStale(creates);
        if (_begins) AddBegin(batch);
        if (_isNear) batch.Add(PostgresDialect.LockCapacity);
        if (_sums) batch.Add(PostgresDialect.Totals);
    }

    private void ReadStart(ref ResultSets results)
    {
        if (_begins) _transaction = ReadBegin(ref results);
        if (_isNear) results.Next();
        if (!_sums) return;
        results.Next();
        results.Reader.Read();
        _ledger.Sum(results.Reader.GetInt64(0), results.Reader.GetInt64(1));
        _callTable.Recount(results.Reader.GetInt64(2));
    }

    /// <summary>Begins the transaction, unless that has been done.</summary>
    internal void EnsureBegun()
    {
        if (_transaction is not null) return;
        using var batch = new NpgsqlBatch(Connection);
        AddStart(batch, creates: 0);
        using var reader = batch.ExecuteReader();
        var results = new ResultSets(reader);
        ReadStart(ref results);
    }

    // The next transaction, and numbers for as many tasks as may be created in it: also by those who come while this one commits, who are
    // probably no more than have come while the one before did. To ask once more would cost a round trip; a number that isn't needed costs nothing.
    private void AddNext(NpgsqlBatch batch, int waiting)
    {
        AddBegin(batch);
        batch.Add(PostgresDialect.Reserve, Number(Math.Min(waiting + _creates, MostAhead)));
    }

    private void ReadNext(ref ResultSets results)
    {
        _ahead = ReadBegin(ref results);
        for (results.Next(); results.Reader.Read(); _aheadTellsAll = results.Reader.GetBoolean(1)) _numbersAhead.Add(results.Reader.GetInt64(0));
    }

    private static void AddBegin(NpgsqlBatch batch)
    {
        batch.Add(PostgresDialect.Begin);
        batch.Add(PostgresDialect.TransactionId);
    }

    private static string ReadBegin(ref ResultSets results)
    {
        results.Next();
        results.Reader.Read();
        return results.Reader.GetString(0);
    }

    private void AddAnnouncements(NpgsqlBatch commands, WriteBatch batch, long? wake)
    {
        // Those who wait have to be told of final states only.
        var effects = TellsAll ? batch.Effects : batch.Effects.FindAll(static effect => effect.Kind.IsFinal());
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

    private void ForgetNext()
    {
        (_ahead, _aheadTellsAll) = (null, true);
        _numbersAhead.Clear();
    }

    // Asked on a new connection, until the server has noticed that the old one is gone and ended its transaction this way or that; null if that
    // takes too long, or was too long ago.
    private bool? HasCommitted()
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
                case "aborted":
                    return false;
                default:
                    return null;
            }
        }

        return null;
    }

    private void Disconnect()
    {
        ForgetNext();
        _connection?.Dispose();
        _connection = null;
    }
}
