using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>
/// The statement that is executed most, by SQLite's own interface: a command of ADO.NET makes a reader each time, looks each parameter
/// up by its name and boxes its value, which takes several times as long as the insertion. For the writer alone.
/// </summary>
internal sealed class SqliteInsert : IDisposable
{
    private const uint Persistent = 1;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private byte[] _text = new byte[512];

    /// <param name="connection">Open; outlives the statement.</param>
    public SqliteInsert(DbConnection connection)
    {
        _database = ((SqliteConnection)connection).Handle!;
        Check(raw.sqlite3_prepare_v3(_database, SqliteDialect.Insert, Persistent, out _statement));
    }

    /// <summary>Inserts a task. The parameters are numbered in the order in which the statement names them.</summary>
    public void Execute(TaskRow row)
    {
        Bind(1, row.Sequence);
        Bind(2, row.Nonce);
        Bind(3, row.Created);
        Bind(4, row.Skew);
        Bind(5, row.Due);
        Bind(6, row.DueOffset);
        if (row.Delay is { } delay) Check(raw.sqlite3_bind_double(_statement, 7, delay));
        else BindNull(7);
        if (row.Timeout is { } timeout) Bind(8, timeout);
        else BindNull(8);
        Bind(9, row.Owner);
        BindText(10, row.Name, isBlob: true);
        BindText(11, row.Group, isBlob: false);
        BindText(12, row.Message, isBlob: true);

        var end = raw.sqlite3_step(_statement);
        // Answers what the step answered; what went wrong is said once.
        raw.sqlite3_reset(_statement);
        if (end != raw.SQLITE_DONE) Check(end);
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Bind(int index, long value) => Check(raw.sqlite3_bind_int64(_statement, index, value));

    private void BindNull(int index) => Check(raw.sqlite3_bind_null(_statement, index));

    private void BindText(int index, string? text, bool isBlob)
    {
        if (text is null)
        {
            BindNull(index);
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_text.Length < most) _text = new byte[most];
        var bytes = _text.AsSpan(0, Encoding.UTF8.GetBytes(text, _text));
        Check(isBlob ? raw.sqlite3_bind_blob(_statement, index, bytes) : raw.sqlite3_bind_text(_statement, index, bytes));
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
