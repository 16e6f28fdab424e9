using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>
/// A statement that writes a whole row, by SQLite's own interface: a command of ADO.NET makes a reader each time, looks each parameter
/// up by its name and boxes its value, which takes several times as long as the insertion. For the writer alone.
/// </summary>
internal sealed class SqliteRowStatement : IDisposable
{
    private const uint Persistent = 1;

    private readonly ColumnUse _use;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private byte[] _text = new byte[512];

    /// <param name="connection">Open; outlives the statement.</param>
    /// <param name="text">The statement, whose parameters are numbered from 1 in the order of the columns.</param>
    /// <param name="use">Which columns are its parameters.</param>
    public SqliteRowStatement(DbConnection connection, string text, ColumnUse use)
    {
        _use = use;
        _database = ((SqliteConnection)connection).Handle!;
        Check(raw.sqlite3_prepare_v3(_database, text, Persistent, out _statement));
    }

    /// <summary>Writes a task.</summary>
    public void Execute(TaskRow row)
    {
        var binder = new Binder(this);
        row.Visit(ref binder);
        Step();
    }

    /// <summary>Writes a task's work.</summary>
    public void Execute(WorkRow row)
    {
        var binder = new Binder(this);
        row.Visit(ref binder);
        Step();
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Step()
    {
        var end = raw.sqlite3_step(_statement);
        // Answers what the step answered; what went wrong is said once.
        raw.sqlite3_reset(_statement);
        if (end != raw.SQLITE_DONE) Check(end);
    }

    private void BindBlob(int index, byte[]? bytes)
    {
        if (bytes is null) BindNull(index);
        // What is bound of no bytes would be null.
        else Check(bytes.Length == 0 ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, bytes));
    }

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

    /// <summary>Binds the columns that are parameters, one after the other.</summary>
    private struct Binder(SqliteRowStatement statement) : IColumnVisitor
    {
        private int _last;

        /// <inheritdoc/>
        public void Visit(string name, ColumnUse use, ref long value)
        {
            if (IsNext(use)) statement.Bind(_last, value);
        }

        /// <inheritdoc/>
        public void Visit(string name, ColumnUse use, ref long? value)
        {
            if (!IsNext(use)) return;
            if (value is { } number) statement.Bind(_last, number);
            else statement.BindNull(_last);
        }

        /// <inheritdoc/>
        public void Visit(string name, ColumnUse use, ref uint value)
        {
            if (IsNext(use)) statement.Bind(_last, value);
        }

        /// <inheritdoc/>
        public void Visit(string name, ColumnUse use, ref int value)
        {
            if (IsNext(use)) statement.Bind(_last, value);
        }

        /// <inheritdoc/>
        public void Visit(string name, ColumnUse use, ref int? value)
        {
            if (!IsNext(use)) return;
            if (value is { } number) statement.Bind(_last, number);
            else statement.BindNull(_last);
        }

        /// <inheritdoc/>
        public void Visit(string name, ColumnUse use, ref double? value)
        {
            if (!IsNext(use)) return;
            if (value is { } number) statement.Check(raw.sqlite3_bind_double(statement._statement, _last, number));
            else statement.BindNull(_last);
        }

        /// <inheritdoc/>
        public void VisitBlob(string name, ColumnUse use, ref byte[]? value)
        {
            if (IsNext(use)) statement.BindBlob(_last, value);
        }

        /// <inheritdoc/>
        public void VisitText(string name, ColumnUse use, ref string? value)
        {
            if (IsNext(use)) statement.BindText(_last, value, isBlob: false);
        }

        /// <inheritdoc/>
        public void VisitBytes(string name, ColumnUse use, ref string? value)
        {
            if (IsNext(use)) statement.BindText(_last, value, isBlob: true);
        }

        private bool IsNext(ColumnUse use)
        {
            if (!use.HasAny(statement._use)) return false;
            _last++;
            return true;
        }
    }
}
