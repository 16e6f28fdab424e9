using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.Postgres.Sql;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The counts to which one session alone adds. Each transaction appends what they have come to, and deletes what they were before: it
/// finds both without passing what others, or it itself, have left behind. For the writer alone.
/// </summary>
internal sealed class SlotCounts
{
    private const int Kinds = 11;

    private readonly int _slot;
    private readonly Dictionary<int, (long Number, long[] Totals)> _latest = [];
    private readonly List<(int Owner, long Number, long[] Totals)> _next = [];

    /// <summary>Takes a slot, for as long as the connection lives.</summary>
    public SlotCounts(NpgsqlConnection connection)
    {
        using (var take = new NpgsqlCommand(CountSql.TakeSlot, connection)) _slot = (int)take.ExecuteScalar()!;
        Load(connection);
        if (_latest.ContainsKey(0)) return;
        using var transaction = connection.BeginTransaction();
        using (var turn = new NpgsqlCommand(TransactionSql.LockCapacity, connection)) turn.ExecuteNonQuery();
        using (var add = new NpgsqlCommand(CountSql.AddSlot, connection) { Parameters = { SmallNumber(_slot) } }) add.ExecuteNonQuery();
        transaction.Commit();
        Load(connection);
    }

    /// <summary>Which slot it is.</summary>
    public int Number => _slot;

    /// <summary>Writes down, with what else the batch does, what the transaction adds.</summary>
    /// <param name="batch">The transaction's last.</param>
    /// <param name="owners">Whose counts change.</param>
    /// <param name="columns">By how much: created, completed, cancelled, failed, forgotten, calls, running, ready, retried, lost, forgotten failed ones.</param>
    public void AddTo(NpgsqlBatch batch, int[] owners, long[][] columns)
    {
        _next.Clear();
        var former = new List<(int Owner, long Number)>();
        for (var i = 0; i < owners.Length; i++)
        {
            var isKnown = _latest.TryGetValue(owners[i], out var before);
            var totals = new long[Kinds];
            for (var kind = 0; kind < Kinds; kind++) totals[kind] = columns[kind][i] + (isKnown ? before.Totals[kind] : 0);
            _next.Add((owners[i], before.Number + 1, totals));
            if (isKnown) former.Add((owners[i], before.Number));
        }

        if (former.Count > 0)
        {
            batch.Add(
                CountSql.DropCounts, SmallNumber(_slot),
                Column(former, NpgsqlDbType.Integer, static row => row.Owner), Column(former, NpgsqlDbType.Bigint, static row => row.Number));
        }

        batch.Add(
            CountSql.Count,
            [SmallNumber(_slot), Column(_next, NpgsqlDbType.Integer, static row => row.Owner), Column(_next, NpgsqlDbType.Bigint, static row => row.Number),
                .. Enumerable.Range(0, Kinds).Select(kind => Column(_next, NpgsqlDbType.Bigint, row => row.Totals[kind]))]);
    }

    /// <summary>What was added last is on disk.</summary>
    public void Commit()
    {
        foreach (var (owner, number, totals) in _next) _latest[owner] = (number, totals);
        _next.Clear();
    }

    private void Load(NpgsqlConnection connection)
    {
        using var load = new NpgsqlCommand(CountSql.LatestOfSlot, connection) { Parameters = { SmallNumber(_slot) } };
        using var reader = load.ExecuteReader();
        while (reader.Read())
        {
            var totals = new long[Kinds];
            for (var kind = 0; kind < Kinds; kind++) totals[kind] = reader.GetInt64(2 + kind);
            _latest[reader.GetInt32(0)] = (reader.GetInt64(1), totals);
        }
    }
}
