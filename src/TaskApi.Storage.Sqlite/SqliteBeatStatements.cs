using System.Data.Common;
using System.Text;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>The writer's statements about signs of life. For the writer alone.</summary>
internal sealed class SqliteBeatStatements(DbConnection connection) : IDisposable
{
    private readonly Statement _find = new(connection, SqliteWorkDialect.FindBeat, "@owner", "@worker");
    private readonly Statement _findHandlers = new(connection, SqliteWorkDialect.FindHandlers, "@forever");
    private readonly Statement _insert = new(connection, SqliteWorkDialect.InsertBeat, "@owner", "@worker", "@until", "@lease");
    private readonly Statement _change = new(connection, SqliteWorkDialect.ChangeBeat, "@until", "@lease", "@id");
    private readonly Statement _delete = new(connection, SqliteWorkDialect.DeleteBeat, "@id");
    private readonly Statement _expired = new(connection, SqliteWorkDialect.Expired, "@kept");
    private readonly Statement _nextExpiry = new(connection, SqliteWorkDialect.NextExpiry);
    private readonly Statement _extend = new(connection, SqliteWorkDialect.Extend, "@kept");

    public BeatRow? Find(int owner, string worker) => ReadOne(_find.Set(0, (long)owner).Set(1, TaskRow.ToBytes(worker)));

    /// <summary>The number of that of the handlers of this process.</summary>
    public long? FindHandlers() => _findHandlers.Set(0, long.MaxValue).Scalar();

    public long Save(BeatRow row)
    {
        if (row.Id == 0) return _insert.Set(0, row.Owner is { } owner ? (long)owner : null).Set(1, TaskRow.ToBytes(row.Worker)).Set(2, row.Until).Set(3, row.LeaseMs).Scalar()!.Value;
        _change.Set(0, row.Until).Set(1, row.LeaseMs).Set(2, row.Id).Execute();
        return row.Id;
    }

    public void Delete(long id) => _delete.Set(0, id).Execute();

    public BeatRow? Expired(long kept) => ReadOne(_expired.Set(0, kept));

    public long? NextExpiry() => _nextExpiry.Scalar();

    public void Extend(long kept) => _extend.Set(0, kept).Execute();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_find, _findHandlers, _insert, _change, _delete, _expired, _nextExpiry, _extend]) statement.Dispose();
    }

    private static BeatRow? ReadOne(Statement statement)
    {
        using var reader = statement.Read();
        if (!reader.Read()) return null;
        return new BeatRow(
            reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt32(1), Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(2)), reader.GetInt64(3),
            reader.IsDBNull(4) ? null : reader.GetInt64(4));
    }
}
