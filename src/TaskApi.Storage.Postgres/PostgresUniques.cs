using System.Text;
using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>The tasks with the keys that a transaction wants to be unique: found before it holds anything, and held with what else it holds. For the writer alone.</summary>
/// <param name="counters">Knows owners.</param>
/// <param name="rows">Holds them.</param>
internal sealed class PostgresUniques(ClusterCounters counters, PostgresRows rows)
{
    // A server of the smallest size that is usual has room for some thousands, of all sessions together.
    private const int MostLocks = 256;

    private readonly Dictionary<(int Owner, string Key), HashSet<long>> _byKey = [];
    private bool _locksAll;

    /// <summary>Starts anew.</summary>
    public void Clear() => _byKey.Clear();

    /// <summary>Asks for them.</summary>
    public void AddFind(NpgsqlBatch batch, IReadOnlyList<(string Owner, string Key)> wanted)
    {
        NpgsqlParameter[] named =
        [
            Column(wanted, NpgsqlDbType.Integer, one => counters.Ensure(one.Owner).Id), Column(wanted, NpgsqlDbType.Bytea, static one => TaskRow.ToBytes(one.Key)),
        ];
        _locksAll = wanted.Count > MostLocks;
        batch.Add(_locksAll ? UniqueSql.LockAll : UniqueSql.LockShared);
        if (!_locksAll) batch.Add(UniqueSql.Lock, [named[0].Clone(), named[1].Clone()]);
        batch.Add(UniqueSql.Find, named);
    }

    /// <summary>Reads what that has answered; gives back their numbers.</summary>
    public List<long> ReadFound(ref ResultSets results)
    {
        var found = new List<long>();
        results.Next();
        if (!_locksAll) results.Next();
        for (results.Next(); results.Reader.Read();)
        {
            found.Add(results.Reader.GetInt64(2));
            Of(results.Reader.GetInt32(0), Encoding.UTF8.GetString(results.Reader.GetFieldValue<byte[]>(1))).Add(found[^1]);
        }

        return found;
    }

    /// <summary>The transaction creates one: the next that wants its key finds it, though it isn't written down yet.</summary>
    public void Note(WorkRow row)
    {
        if (row.UniqueKey is not { } key) return;
        rows.HoldNew(row);
        Of(row.Owner, key).Add(row.Sequence);
    }

    /// <summary>Those with a key, as the transaction has them.</summary>
    public List<HeldWork> Find(int owner, string key)
    {
        var found = new List<HeldWork>();
        foreach (var sequence in Of(owner, key))
            if (rows.Find(sequence) is { } task && rows.Work.Find(sequence) is { } work) found.Add(new HeldWork(task, work));
        return found;
    }

    private HashSet<long> Of(int owner, string key)
    {
        if (!_byKey.TryGetValue((owner, key), out var sequences)) _byKey[(owner, key)] = sequences = [];
        return sequences;
    }
}
