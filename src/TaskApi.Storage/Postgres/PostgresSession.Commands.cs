using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

// What a session says to the database.
internal sealed partial class PostgresSession
{
    private const int MostAhead = 256;
    private const int ManyCreates = 8;

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
        using var command = new NpgsqlCommand(CountSql.Totals, Connection);
        using var reader = command.ExecuteReader();
        var totals = ClusterTotals.Read(reader);
        _counters.Sum(totals);
        return totals.Keys;
    }

    // What the commit before has begun.
    private void TakeAhead()
    {
        (_transaction, _ahead) = (_ahead, null);
        (AnnouncesAll, _aheadAnnouncesAll) = (_aheadAnnouncesAll, true);
        _isAlone = false;
        foreach (var number in _numbersAhead) _counters.Reserve(number);
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
        if (numbers > 0) batch.Add(TransactionSql.Reserve, Number(numbers));
        if (needs.Keys.Count > 0) PostgresIdempotency.AddTake(batch, needs.Keys, needs.NewKeys);
        if (needs.Tasks.Count > 0) batch.Add(TaskSql.Hold, Column([.. needs.Tasks], NpgsqlDbType.Bigint), Number(_storage.HiddenUntil));
        if (batch.BatchCommands.Count == 0) return;
        using var reader = batch.ExecuteReader();
        var results = new ResultSets(reader);
        ReadStart(ref results);
        if (numbers > 0)
            for (results.Next(); reader.Read(); AnnouncesAll = reader.GetBoolean(1)) _counters.Reserve(reader.GetInt64(0));
        if (needs.NewKeys.Count > 0 && results.Next()) _keys.ReadNew(reader);
        if (needs.Keys.Count > 0 && results.Next()) _keys.ReadHeld(reader);
        if (needs.Tasks.Count > 0)
            for (results.Next(); reader.Read();) _rows.Hold(TaskRow.Read(reader));
    }

    // One that has been begun already has looked at the sums when it began, if they matter.
    private void AddStart(NpgsqlBatch batch, int creates)
    {
        _begins = _transaction is null;
        _isAlone = _begins && creates > 0 && _counters.IsNear(creates);
        _sums = _isAlone || (_begins && _counters.IsStale(creates));
        if (_begins) AddBegin(batch, creates > 0 && !_isAlone);
        if (_isAlone) batch.Add(TransactionSql.LockCapacity);
        if (_sums) batch.Add(CountSql.Totals);
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
        _counters.Sum(totals);
        _keyTable.Recount(totals.Keys);
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
        _sumsAhead = _counters.IsStale(MostAhead);
        if (_sumsAhead) batch.Add(CountSql.Totals);
        batch.Add(TransactionSql.Reserve, Number(Math.Min(waiting + _creates, MostAhead)));
    }

    private void ReadNext(ref ResultSets results)
    {
        _ahead = ReadBegin(ref results);
        if (_sumsAhead && results.Next()) _totalsAhead = ClusterTotals.Read(results.Reader);
        for (results.Next(); results.Reader.Read(); _aheadAnnouncesAll = results.Reader.GetBoolean(1)) _numbersAhead.Add(results.Reader.GetInt64(0));
    }

    private static void AddBegin(NpgsqlBatch batch, bool creates)
    {
        batch.Add(TransactionSql.Begin);
        batch.Add(creates ? TransactionSql.CreatingTransactionId : TransactionSql.TransactionId);
    }

    private static string ReadBegin(ref ResultSets results)
    {
        results.Next();
        results.Reader.Read();
        return results.Reader.GetString(0);
    }

    private void ForgetNext()
    {
        (_ahead, _aheadAnnouncesAll) = (null, true);
        _numbersAhead.Clear();
        _totalsAhead = null;
    }

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
