using Npgsql;
using NpgsqlTypes;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
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
    private bool _isAlone;
    private bool _sums;
    private bool _sumsAhead;
    private int _reserved;

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
        var totals = ClusterTotals.Read(reader);
        _ledger.Sum(totals);
        return totals.Calls;
    }

    // What the commit before has begun.
    private void TakeAhead()
    {
        (_transaction, _ahead) = (_ahead, null);
        (TellsAll, _aheadTellsAll) = (_aheadTellsAll, true);
        _isAlone = false;
        foreach (var number in _numbersAhead) _ledger.Reserve(number);
        _reserved = _numbersAhead.Count;
        _numbersAhead.Clear();
        if (_totalsAhead is { } totals) Sum(totals);
        _totalsAhead = null;
    }

    // Begins the transaction, unless that has been done, and takes and holds what it needs.
    private void Start(SessionNeeds needs)
    {
        if (needs.IsNothing) return;
        var numbers = needs.Creates - _reserved;
        _reserved = 0;
        using var batch = new NpgsqlBatch(Connection);
        AddStart(batch, needs.Creates);
        if (numbers > 0) batch.Add(PostgresDialect.Reserve, Number(numbers));
        if (needs.Keys.Count > 0) PostgresCalls.AddTake(batch, needs.Keys, needs.NewKeys);
        if (needs.Tasks.Count > 0) batch.Add(PostgresDialect.Hold, Column([.. needs.Tasks], NpgsqlDbType.Bigint), Number(_storage.GoneUntil));
        if (batch.BatchCommands.Count == 0) return;
        using var reader = batch.ExecuteReader();
        var results = new ResultSets(reader);
        ReadStart(ref results);
        if (numbers > 0)
            for (results.Next(); reader.Read(); TellsAll = reader.GetBoolean(1)) _ledger.Reserve(reader.GetInt64(0));
        if (needs.NewKeys.Count > 0 && results.Next()) _calls.ReadNew(reader);
        if (needs.Keys.Count > 0 && results.Next()) _calls.ReadHeld(reader);
        if (needs.Tasks.Count > 0)
            for (results.Next(); reader.Read();) _rows.Hold(TaskRow.Read(reader));
    }

    // One that has been begun already has looked at the sums when it began, if they matter.
    private void AddStart(NpgsqlBatch batch, int creates)
    {
        _begins = _transaction is null;
        _isAlone = _begins && creates > 0 && _ledger.IsNear(creates);
        _sums = _isAlone || (_begins && _ledger.IsStale(creates));
        if (_begins) AddBegin(batch, creates > 0 && !_isAlone);
        if (_isAlone) batch.Add(PostgresDialect.LockCapacity);
        if (_sums) batch.Add(PostgresDialect.Totals);
    }

    private void ReadStart(ref ResultSets results)
    {
        if (_begins) _transaction = ReadBegin(ref results);
        if (_isAlone) results.Next();
        if (!_sums) return;
        results.Next();
        Sum(ClusterTotals.Read(results.Reader));
    }

    private void Sum(ClusterTotals totals)
    {
        _ledger.Sum(totals);
        _callTable.Recount(totals.Calls);
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
        AddBegin(batch, creates: true);
        _sumsAhead = _ledger.IsStale(MostAhead);
        if (_sumsAhead) batch.Add(PostgresDialect.Totals);
        batch.Add(PostgresDialect.Reserve, Number(Math.Min(waiting + _creates, MostAhead)));
    }

    private void ReadNext(ref ResultSets results)
    {
        _ahead = ReadBegin(ref results);
        if (_sumsAhead && results.Next()) _totalsAhead = ClusterTotals.Read(results.Reader);
        for (results.Next(); results.Reader.Read(); _aheadTellsAll = results.Reader.GetBoolean(1)) _numbersAhead.Add(results.Reader.GetInt64(0));
    }

    private static void AddBegin(NpgsqlBatch batch, bool creates)
    {
        batch.Add(PostgresDialect.Begin);
        batch.Add(creates ? PostgresDialect.CreatingTransactionId : PostgresDialect.TransactionId);
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
            if (_announced.Count == 0) commands.Add(PostgresDialect.TakeTurn);
            _announced.Add(chunk);
            commands.Add(PostgresDialect.Announce, Number(tasks.Length), Text(_storage.Channel), Text(text));
        }
    }

    private void ForgetNext()
    {
        (_ahead, _aheadTellsAll) = (null, true);
        _numbersAhead.Clear();
        _totalsAhead = null;
    }

    // Asked on a new connection, until the server has noticed that the old one is gone and ended its transaction this way or that.
    private bool HasCommitted(int generation)
    {
        if (_transaction is null) return false;
        try
        {
            var started = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(started) < _patience)
            {
                // In another history the transaction's number is another's, or nobody's yet.
                if (_storage.GenerationOf(Connection) != generation) return IsThere() ?? throw OutcomeUnknown(cause: null);
                using var ask = new NpgsqlCommand(PostgresDialect.TransactionStatus, Connection) { Parameters = { Text(_transaction) } };
                switch (ask.ExecuteScalar() as string)
                {
                    case "committed":
                        return true;
                    case "aborted":
                        return false;
                    case "in progress":
                        ShortSleep.For(TimeSpan.FromMilliseconds(20));
                        break;
                    default:
                        throw OutcomeUnknown(cause: null);
                }
            }
        }
        catch (PostgresException exception)
        {
            throw OutcomeUnknown(exception);
        }
        catch (Exception exception) when (exception is not StorageUnavailableException && _storage.IsFault(exception))
        {
            throw OutcomeUnknown(exception);
        }

        throw OutcomeUnknown(cause: null);
    }

    // All that a transaction has done came with it to the replica, or nothing: one of its tasks tells. Null if that one may have been changed by others since.
    private bool? IsThere()
    {
        if (_proof is not { } proof) return null;
        if (Look(proof.Sequence) is not { } found || !found.Has(proof.Id)) return false;
        if (proof is { Version: 0, State: TaskState.Pending }) return true;
        if (found.Version < proof.Version || (found.State == TaskState.Pending && proof.State != TaskState.Pending)) return false;
        return (found.Version, found.State, found.Finished, found.Reason, found.Detail) == (proof.Version, proof.State, proof.Finished, proof.Reason, proof.Detail) ? true : null;
    }

    private static StorageUnavailableException OutcomeUnknown(Exception? cause) =>
        new("The connection broke in mid-commit, and what became of the transaction can't be found out.", cause) { IsOutcomeUnknown = true };

    // Its slot is known to others before anything is created.
    private NpgsqlConnection Connect()
    {
        var connection = _storage.Connect();
        try
        {
            _slot = new SlotCounts(connection);
            return _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Disconnect()
    {
        ForgetNext();
        _connection?.Dispose();
        (_connection, _slot) = (null, null);
    }
}
