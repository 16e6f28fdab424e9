using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>How a transaction begins: with its number, with the locks and the sums that it needs for what it creates, and with what it is going to change. For the writer alone.</summary>
/// <param name="storage">The database.</param>
/// <param name="connection">The connection.</param>
/// <param name="counters">Numbers and counts.</param>
/// <param name="keys">The calls that are kept.</param>
internal sealed class SessionTransaction(PostgresStorage storage, SessionConnection connection, ClusterCounters counters, IdempotencyTable keys)
{
    private bool _begins;
    private bool _isAlone;
    private bool _sums;
    private int _reserved;
    private bool _asksWhatToTell;

    /// <summary>True once it has begun.</summary>
    public bool HasBegun => connection.Transaction is not null;

    /// <summary>True if it tells other processes of all that it does, and not of final states only.</summary>
    public bool AnnouncesAll { get; private set; } = true;

    /// <summary>Goes on with what the commit before has begun.</summary>
    public void Take(NextTransaction next)
    {
        (connection.Transaction, AnnouncesAll, _isAlone) = (next.Id, next.AnnouncesAll, false);
        foreach (var number in next.Numbers) counters.Reserve(number);
        _reserved = next.Numbers.Count;
        if (next.Totals is { } totals) Note(totals);
        next.Clear();
    }

    /// <summary>Begins it, unless that has been done, and takes and holds what it needs.</summary>
    /// <returns>False if it has found out that it has to be alone, or that a call was forgotten while it looked: to be given back, and begun once more.</returns>
    public bool TryStart(SessionNeeds needs, PostgresRows rows, PostgresIdempotency calls, PostgresWork work)
    {
        if (!needs.IsNothing) Start(needs, rows, calls, work);
        return calls.HoldsAll(needs.NewKeys) && (needs.Creates == 0 || _isAlone || !counters.IsNear(needs.Creates));
    }

    /// <summary>Gives up what has been begun, to begin anew.</summary>
    public void GiveBack()
    {
        connection.Execute(TransactionSql.Rollback);
        (connection.Transaction, AnnouncesAll) = (null, true);
        counters.GiveBack();
    }

    /// <summary>Begins it, unless that has been done.</summary>
    public void EnsureBegun()
    {
        if (HasBegun) return;
        using var batch = new NpgsqlBatch(connection.Current);
        AddStart(batch, creates: 0);
        using var reader = batch.ExecuteReader();
        var results = new ResultSets(reader);
        ReadStart(ref results);
    }

    /// <summary>Begins it, unless that has been done, with other commands. One that has been begun already has looked at the sums when it began, if they matter.</summary>
    public void AddStart(NpgsqlBatch batch, int creates)
    {
        _begins = !HasBegun;
        _isAlone = _begins && creates > 0 && counters.IsNear(creates);
        _sums = _isAlone || (_begins && counters.IsStale(creates));
        if (_begins) AddBegin(batch, creates > 0 && !_isAlone);
        if (_isAlone) batch.Add(TransactionSql.LockCapacity);
        if (_sums) batch.Add(CountSql.Totals);
    }

    /// <summary>Reads what that has answered.</summary>
    public void ReadStart(ref ResultSets results)
    {
        if (_begins) connection.Transaction = ReadBegin(ref results);
        if (_isAlone) results.Next();
        if (!_sums) return;
        results.Next();
        Note(ClusterTotals.Read(results.Reader));
    }

    /// <summary>Looks up what all nodes together have; answers how many calls are kept.</summary>
    public long Sum()
    {
        using var command = new NpgsqlCommand(CountSql.Totals, connection.Current);
        using var reader = command.ExecuteReader();
        var totals = ClusterTotals.Read(reader);
        counters.Sum(totals);
        return totals.Keys;
    }

    /// <summary>Begins a transaction.</summary>
    public static void AddBegin(NpgsqlBatch batch, bool creates)
    {
        batch.Add(TransactionSql.Begin);
        batch.Add(creates ? TransactionSql.CreatingTransactionId : TransactionSql.TransactionId);
    }

    /// <summary>Reads its number.</summary>
    public static string ReadBegin(ref ResultSets results)
    {
        results.Next();
        results.Reader.Read();
        return results.Reader.GetString(0);
    }

    private void Start(SessionNeeds needs, PostgresRows rows, PostgresIdempotency calls, PostgresWork work)
    {
        var numbers = needs.Creates - _reserved;
        _reserved = 0;
        var alone = needs.Uniques.Count > 0 && FindUniques(needs, work);
        using var batch = new NpgsqlBatch(connection.Current);
        AddStart(batch, needs.Creates);
        if (needs is { TakesBounded: true, Uniques.Count: 0 }) PostgresQueues.AddLocks(batch, needs.Takes);
        if (numbers > 0) batch.Add(TransactionSql.Reserve, Number(numbers));
        _asksWhatToTell = _begins && numbers <= 0 && needs.IsOfWork;
        if (_asksWhatToTell) batch.Add(TransactionSql.Tells);
        if (needs.Keys.Count > 0) PostgresIdempotency.AddTake(batch, needs.Keys, needs.NewKeys);
        if (needs.Tasks.Count > 0) batch.Add(TaskSql.Hold, Column([.. needs.Tasks], NpgsqlDbType.Bigint), Number(storage.HiddenUntil), Number(storage.FailedHiddenUntil));
        work.AddBegin(batch, needs);
        if (batch.BatchCommands.Count == 0) return;
        using (var reader = batch.ExecuteReader()) Read(reader, needs, numbers, rows, calls, work);
        _isAlone |= alone;
        rows.HoldRest(connection.Current, needs.Tasks);
    }

    // What is to be unique is looked for before anything is held, so that it is held with the rest. True if the transaction has to be, and is, alone.
    private bool FindUniques(SessionNeeds needs, PostgresWork work)
    {
        using var batch = new NpgsqlBatch(connection.Current);
        AddStart(batch, needs.Creates);
        if (needs.TakesBounded) PostgresQueues.AddLocks(batch, needs.Takes);
        work.Uniques.AddFind(batch, needs.Uniques);
        using var reader = batch.ExecuteReader();
        var results = new ResultSets(reader);
        ReadStart(ref results);
        if (needs.TakesBounded) work.Queues.ReadLocks(ref results);
        needs.Add(work.Uniques.ReadFound(ref results));
        return _isAlone;
    }

    private void Read(NpgsqlDataReader reader, SessionNeeds needs, int numbers, PostgresRows rows, PostgresIdempotency calls, PostgresWork work)
    {
        var results = new ResultSets(reader);
        ReadStart(ref results);
        if (needs is { TakesBounded: true, Uniques.Count: 0 }) work.Queues.ReadLocks(ref results);
        if (numbers > 0)
            for (results.Next(); reader.Read(); AnnouncesAll = reader.GetBoolean(1)) counters.Reserve(reader.GetInt64(0));
        if (_asksWhatToTell)
            for (results.Next(); reader.Read(); AnnouncesAll = reader.GetBoolean(0)) { }
        if (needs.NewKeys.Count > 0 && results.Next()) calls.ReadNew(reader);
        if (needs.Keys.Count > 0 && results.Next()) calls.ReadHeld(reader);
        if (needs.Tasks.Count > 0)
            for (results.Next(); reader.Read();) rows.Hold(TaskRow.Read(reader));
        work.ReadBegin(ref results, needs);
    }

    private void Note(ClusterTotals totals)
    {
        counters.Sum(totals);
        keys.Recount(totals.Keys);
    }
}
