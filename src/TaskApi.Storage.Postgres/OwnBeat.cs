using Npgsql;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// This node's own sign of life, by which the leases of the handlers in its process go. It is renewed every three seconds for ten; when it has ended, any node
/// loses what goes by it. Thread-safe.
/// </summary>
internal sealed class OwnBeat(PostgresStorage storage)
{
    /// <summary>How long it lasts, in milliseconds.</summary>
    public const long LengthMs = 10_000;

    // Longer than it ever takes from one renewal to the next.
    private const long SilenceMs = 4_500;

    private long _id;
    private long _until;
    private long _written;
    private volatile bool _owes;

    /// <summary>Its number; 0 if there is none.</summary>
    public long Id => Volatile.Read(ref _id);

    /// <summary>Until when it lasts, as far as this process knows.</summary>
    public long Until => Volatile.Read(ref _until);

    /// <summary>
    /// True if nothing has been written by this node for so long that leases may have ended which nobody could renew: it was suspended, or the database was away,
    /// or its clock has been set. Until it has seen to them it judges nobody.
    /// </summary>
    public bool IsLate => Id > 0 && (_owes || IsSilent);

    private bool IsSilent => storage.Clock.Now - Math.Max(Until - LengthMs, Volatile.Read(ref _written)) > SilenceMs;

    private long Next => storage.DatabaseClock is null ? long.MaxValue / 2 : storage.Clock.Now + LengthMs;

    /// <summary>Begins another, on a connection of its own: it is there before anything goes by it. For threads that may wait.</summary>
    /// <returns>Its number.</returns>
    public long Begin()
    {
        var until = Next;
        using var connection = storage.Connect();
        using var begin = new NpgsqlCommand(BeatSql.BeginOwn, connection) { Parameters = { Bytes(TaskRow.ToBytes(storage.Node)!), Number(until) } };
        var id = (long)begin.ExecuteScalar()!;
        Volatile.Write(ref _until, until);
        Volatile.Write(ref _id, id);
        return id;
    }

    /// <summary>The parameters of <see cref="BeatSql.Extend"/>.</summary>
    public static NpgsqlParameter[] ToExtend(long now) => [Number(now), Number(LengthMs), Number(SilenceMs)];

    /// <summary>A transaction of this node has been committed.</summary>
    public void NoteWritten() => Volatile.Write(ref _written, storage.Clock.Now);

    /// <summary>The writer sees to leases that nobody could renew.</summary>
    public void NoteSeenTo() => _owes = false;

    /// <summary>All that were there have been extended.</summary>
    public void NoteExtended(long now) => Volatile.Write(ref _until, storage.DatabaseClock is null ? long.MaxValue / 2 : now + LengthMs);

    /// <summary>Goes on with it.</summary>
    /// <returns>False if others have taken this node for dead: what went by it is lost.</returns>
    public async Task<bool> GoOnAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (Id is not (> 0 and var id)) return true;
        if (IsSilent)
        {
            // Signs of life last longer at once; leases that go by none are for the writer, whenever it looks at them.
            _owes = true;
            await using var extend = new NpgsqlCommand(BeatSql.Extend, connection);
            extend.Parameters.AddRange(ToExtend(storage.Clock.Now));
            await extend.ExecuteNonQueryAsync(cancellationToken);
        }

        var until = Next;
        await using var renew = new NpgsqlCommand(BeatSql.Renew, connection) { Parameters = { Number(id), Number(until) } };
        if (await renew.ExecuteScalarAsync(cancellationToken) is not null)
        {
            Volatile.Write(ref _until, until);
            return true;
        }

        Interlocked.CompareExchange(ref _id, 0, id);
        return false;
    }
}
