using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>
/// A statement whose parameters are numbers and short texts, by SQLite's own interface: that of ADO.NET takes several times as long for a row. For the
/// writer alone.
/// </summary>
internal sealed class SqliteQuery : IDisposable
{
    private const uint Persistent = 1;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <param name="connection">Open; outlives the statement.</param>
    /// <param name="text">The statement, whose parameters are numbered from 1.</param>
    public SqliteQuery(DbConnection connection, string text)
    {
        _database = ((SqliteConnection)connection).Handle!;
        Check(raw.sqlite3_prepare_v3(_database, text, Persistent, out _statement));
    }

    /// <summary>Sets a parameter, numbered from 1.</summary>
    public SqliteQuery Set(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    /// <inheritdoc cref="Set(int, long)"/>
    public SqliteQuery Set(int index, string value)
    {
        Check(raw.sqlite3_bind_text(_statement, index, Encoding.UTF8.GetBytes(value)));
        return this;
    }

    /// <inheritdoc cref="Set(int, long)"/>
    public SqliteQuery Set(int index, byte[] value)
    {
        Check(raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    /// <summary>The first row; null if there is none.</summary>
    public HeldWork? ReadOne()
    {
        try
        {
            return Step() ? Read() : null;
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    /// <summary>Adds all rows.</summary>
    public void ReadAll(List<HeldWork> rows)
    {
        try
        {
            while (Step()) rows.Add(Read());
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    /// <summary>Runs it for what it changes.</summary>
    public void Execute()
    {
        try
        {
            while (Step())
            {
            }
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code != raw.SQLITE_DONE) Check(code);
        return false;
    }

    private HeldWork Read()
    {
        var columns = new Columns(_statement);
        var task = TaskRow.Empty();
        task.Visit(ref columns);
        var work = WorkRow.Empty();
        work.Visit(ref columns);
        return new HeldWork(task, work);
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);

    /// <summary>Takes the columns that are read, one after the other.</summary>
    private struct Columns(sqlite3_stmt statement) : IColumnVisitor
    {
        private int _next;

        /// <inheritdoc/>
        public void Visit(string name, ColumnUse use, ref long value)
        {
            if (IsRead(use)) value = raw.sqlite3_column_int64(statement, _next++);
        }

        /// <inheritdoc/>
        public void Visit(string name, ColumnUse use, ref long? value)
        {
            if (IsThere(use)) value = raw.sqlite3_column_int64(statement, _next - 1);
        }

        /// <inheritdoc/>
        public void Visit(string name, ColumnUse use, ref uint value)
        {
            if (IsRead(use)) value = (uint)raw.sqlite3_column_int64(statement, _next++);
        }

        /// <inheritdoc/>
        public void Visit(string name, ColumnUse use, ref int value)
        {
            if (IsRead(use)) value = raw.sqlite3_column_int(statement, _next++);
        }

        /// <inheritdoc/>
        public void Visit(string name, ColumnUse use, ref int? value)
        {
            if (IsThere(use)) value = raw.sqlite3_column_int(statement, _next - 1);
        }

        /// <inheritdoc/>
        public void Visit(string name, ColumnUse use, ref double? value)
        {
            if (IsThere(use)) value = raw.sqlite3_column_double(statement, _next - 1);
        }

        /// <inheritdoc/>
        public void VisitText(string name, ColumnUse use, ref string? value)
        {
            if (IsThere(use)) value = raw.sqlite3_column_text(statement, _next - 1).utf8_to_string();
        }

        /// <inheritdoc/>
        public void VisitBytes(string name, ColumnUse use, ref string? value)
        {
            if (IsThere(use)) value = Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, _next - 1));
        }

        /// <inheritdoc/>
        public void VisitBlob(string name, ColumnUse use, ref byte[]? value)
        {
            if (IsThere(use)) value = raw.sqlite3_column_blob(statement, _next - 1).ToArray();
        }

        private static bool IsRead(ColumnUse use) => use.HasAny(ColumnUse.Read);

        // Goes on to the next one. What is null stays as it is in a new row.
        private bool IsThere(ColumnUse use) => IsRead(use) && raw.sqlite3_column_type(statement, _next++) != raw.SQLITE_NULL;
    }
}
