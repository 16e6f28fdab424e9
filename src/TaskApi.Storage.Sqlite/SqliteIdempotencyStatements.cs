using System.Data.Common;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>The writer's statements about calls with a key. For the writer alone.</summary>
internal sealed class SqliteIdempotencyStatements(DbConnection connection) : IIdempotencyStatements, IDisposable
{
    private readonly Statement _find = new(connection, ReadTexts.FindKey, "@key");
    private readonly Statement _insert = new(connection, SqliteDialect.InsertKey, "@key", "@body", "@since", "@waits", "@tasks");
    private readonly Statement _keepAnswer = new(connection, SqliteDialect.KeepAnswer, "@key", "@answer", "@since");
    private readonly Statement _delete = new(connection, SqliteDialect.DeleteKey, "@key");
    private readonly Statement _forget = new(connection, SqliteDialect.ForgetKeys, "@until", "@limit");
    private readonly Statement _oldest = new(connection, SqliteDialect.OldestKey);
    private readonly Statement _loadCount = new(connection, SqliteDialect.LoadKeyCount);
    private readonly Statement _saveCount = new(connection, SqliteDialect.SaveKeyCount, "@count");

    /// <inheritdoc/>
    public IdempotencyRow? Find(Digest call)
    {
        using var reader = _find.Set(0, call.ToBytes()).Read();
        return reader.Read() ? IdempotencyRow.Read(reader) : null;
    }

    /// <inheritdoc/>
    public void Insert(IdempotencyKey key, long since, bool waits, byte[] tasks) => _insert
        .Set(0, key.Call.ToBytes()).Set(1, key.Body.ToBytes()).Set(2, since).Set(3, waits ? 1L : 0L).Set(4, tasks)
        .Execute();

    /// <inheritdoc/>
    public bool KeepAnswer(Digest call, byte[] answer, long since) => _keepAnswer.Set(0, call.ToBytes()).Set(1, answer).Set(2, since).Execute() > 0;

    /// <inheritdoc/>
    public void Delete(Digest call) => _delete.Set(0, call.ToBytes()).Execute();

    /// <inheritdoc/>
    public int Forget(long until, long limit) => _forget.Set(0, until).Set(1, limit).Execute();

    /// <inheritdoc/>
    public long? Oldest() => _oldest.Scalar();

    /// <inheritdoc/>
    public long LoadCount() => _loadCount.Scalar() ?? 0;

    /// <inheritdoc/>
    public void SaveCount(long count, long added) => _saveCount.Set(0, count).Execute();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_find, _insert, _keepAnswer, _delete, _forget, _oldest, _loadCount, _saveCount])
            statement.Dispose();
    }
}
