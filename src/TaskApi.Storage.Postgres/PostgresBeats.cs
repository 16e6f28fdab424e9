using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>The signs of life that a transaction concerns: held from its beginning, and written down with its last commands. For the writer alone.</summary>
/// <param name="storage">The database, and this node's own sign of life.</param>
/// <param name="connection">The connection.</param>
/// <param name="counters">Knows owners.</param>
internal sealed class PostgresBeats(PostgresStorage storage, SessionConnection connection, ClusterCounters counters)
{
    private readonly Dictionary<(int Owner, string Worker), BeatRow> _held = [];
    private readonly Dictionary<long, Dictionary<long, AttachedLease>> _attached = [];
    private readonly Dictionary<long, BeatRow> _changed = [];
    private readonly List<long> _gone = [];
    private bool _isOwnHeld;
    private long? _extended;

    /// <summary>The workers that have called.</summary>
    public CallingWorkers Workers { get; } = new(storage);

    /// <summary>True if the transaction has extended some that nobody could renew.</summary>
    public bool HasExtended => _extended is not null;

    /// <summary>Those that have been found expired in this transaction.</summary>
    public List<long> Expired { get; } = [];

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _held.Clear();
        _attached.Clear();
        _changed.Clear();
        _gone.Clear();
        Expired.Clear();
        Workers.Clear();
        _isOwnHeld = false;
        _extended = null;
    }

    /// <summary>Holds those of workers, and asks what goes by them.</summary>
    public void AddHold(NpgsqlBatch batch, IReadOnlyList<(string Owner, string Worker)> workers)
    {
        var known = new HashSet<(int Owner, string Worker)>();
        foreach (var (owner, worker) in workers) known.Add((counters.Ensure(owner).Id, worker));
        NpgsqlParameter[] named =
        [
            Column([.. known], NpgsqlDbType.Integer, static one => one.Owner), Column([.. known], NpgsqlDbType.Bytea, static one => TaskRow.ToBytes(one.Worker)),
        ];
        batch.Add(BeatSql.Hold, named);
        batch.Add(BeatSql.AttachedOf, [named[0].Clone(), named[1].Clone()]);
    }

    /// <summary>Reads what that has answered.</summary>
    public void ReadHeld(ref ResultSets results)
    {
        for (results.Next(); results.Reader.Read();)
        {
            var beat = Read(results.Reader);
            _held[(beat.Owner!.Value, beat.Worker)] = beat;
            _attached[beat.Id] = [];
        }

        for (results.Next(); results.Reader.Read();)
        {
            if (_attached.TryGetValue(results.Reader.GetInt64(0), out var leases))
                leases[results.Reader.GetInt64(1)] = new AttachedLease(results.Reader.GetInt32(2), WorkBlobs.ReadSecret(results.Reader.GetFieldValue<byte[]>(3)));
        }
    }

    /// <summary>Holds this node's own, if it still has one: so it isn't taken for dead while the transaction begins attempts that go by it.</summary>
    public void AddHoldOwn(NpgsqlBatch batch) => batch.Add(BeatSql.HoldOwn, Number(storage.Own.Id));

    /// <summary>Reads what that has answered.</summary>
    public void ReadOwn(ref ResultSets results)
    {
        results.Next();
        _isOwnHeld = results.Reader.Read();
    }

    /// <inheritdoc cref="IWorkStatements.OwnBeat"/>
    public long Own()
    {
        if (_isOwnHeld) return storage.Own.Id;
        _isOwnHeld = true;
        return storage.Own.Begin();
    }

    /// <inheritdoc cref="IWorkStatements.FindBeat"/>
    public BeatRow? Find(int owner, string worker) => _held.GetValueOrDefault((owner, worker));

    /// <summary>The first sign of life whose leases have ended by then, held; null if there is none.</summary>
    public BeatRow? FindExpired(PostgresWork work, WorkDeadlines deadlines, long kept)
    {
        using var batch = work.Begin();
        batch.Add(BeatSql.Expired, Number(kept), Column<long>([.. Expired], NpgsqlDbType.Bigint));
        batch.Add(BeatSql.NextExpiry, Number(kept + 1));
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        results.Next();
        var expired = reader.Read() ? Read(reader) : null;
        results.Next();
        if (expired is null) deadlines.NextExpiry = reader.Read() ? reader.GetInt64(0) : null;
        else Expired.Add(expired.Id);
        return expired;
    }

    /// <summary>Has what nobody could renew last once more.</summary>
    /// <param name="kept">Now.</param>
    /// <param name="isAlone">True if that isn't a part of a transaction.</param>
    public void Extend(long kept, bool isAlone)
    {
        storage.Own.NoteSeenTo();
        if (connection.Execute(BeatSql.Extend, OwnBeat.ToExtend(kept)) == 0) return;
        _extended = kept;
        if (isAlone) Commit();
    }

    /// <summary>The transaction has been committed: this node's own has been extended with the others.</summary>
    public void Commit()
    {
        storage.Own.NoteWritten();
        if (_extended is { } kept) storage.Own.NoteExtended(kept);
        _extended = null;
    }

    /// <inheritdoc cref="IWorkStatements.Attached"/>
    public Dictionary<long, AttachedLease> Attached(long beat) => _attached.TryGetValue(beat, out var leases) ? leases : [];

    /// <inheritdoc cref="IWorkStatements.SaveBeat"/>
    public long Save(BeatRow row)
    {
        if (row.Id == 0)
        {
            var id = connection.Ask(
                BeatSql.Insert, SmallNumber(row.Owner!.Value), Bytes(TaskRow.ToBytes(row.Worker)!), Number(row.Until),
                new NpgsqlParameter<long?> { TypedValue = row.LeaseMs, NpgsqlDbType = NpgsqlDbType.Bigint })!.Value;
            _held[(row.Owner.Value, row.Worker)] = row with { Id = id };
            return id;
        }

        _changed[row.Id] = row;
        if (row.Owner is { } owner) _held[(owner, row.Worker)] = row;
        return row.Id;
    }

    /// <summary>Nothing goes by it any more, unless another process has held that just now.</summary>
    public void Delete(long id)
    {
        _gone.Add(id);
        _changed.Remove(id);
        foreach (var ((owner, worker), beat) in _held)
            if (beat.Id == id) _held.Remove((owner, worker));
    }

    /// <summary>Writes down, with what else the batch does, what has not been written down yet: work comes before.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        BeatRow[] changed = [.. _changed.Values.OrderBy(static row => row.Owner).ThenBy(static row => row.Worker, StringComparer.Ordinal)];
        if (changed.Length > 0)
        {
            batch.Add(
                BeatSql.Change, Column(changed, NpgsqlDbType.Bigint, static row => row.Id), Column(changed, NpgsqlDbType.Bigint, static row => row.Until),
                Column(changed, NpgsqlDbType.Bigint, static row => row.LeaseMs));
        }

        foreach (var id in _gone) batch.Add(BeatSql.Delete, Number(id));
        Workers.AddTo(batch);
        _changed.Clear();
        _gone.Clear();
    }

    /// <summary>Takes one from a reader.</summary>
    public static BeatRow Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt32(1), System.Text.Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(2)), reader.GetInt64(3),
        reader.IsDBNull(4) ? null : reader.GetInt64(4));
}
