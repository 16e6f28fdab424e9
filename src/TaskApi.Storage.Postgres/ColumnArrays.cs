using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres;

/// <summary>Collects the columns of many rows as arrays, the parameters of one statement: in the order of the columns, a value for each row.</summary>
/// <param name="wanted">Of columns with any of these uses.</param>
/// <param name="parameters">Where to put them.</param>
/// <param name="rows">How many rows there are.</param>
internal struct ColumnArrays(ColumnUse wanted, NpgsqlParameterCollection parameters, int rows) : IColumnVisitor
{
    private int _row;
    private int _next;

    /// <summary>Goes on to the next row.</summary>
    public void NextRow()
    {
        _row++;
        _next = 0;
    }

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref long value) => Set(use, NpgsqlDbType.Bigint, value);

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref long? value) => Set(use, NpgsqlDbType.Bigint, value);

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref uint value) => Set(use, NpgsqlDbType.Bigint, (long)value);

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref int value) => Set(use, NpgsqlDbType.Integer, value);

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref int? value) => Set(use, NpgsqlDbType.Integer, value);

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref double? value) => Set(use, NpgsqlDbType.Double, value);

    /// <inheritdoc/>
    public void VisitBlob(string name, ColumnUse use, ref byte[]? value) => Set(use, NpgsqlDbType.Bytea, value);

    /// <inheritdoc/>
    public void VisitText(string name, ColumnUse use, ref string? value) => Set(use, NpgsqlDbType.Text, value);

    /// <inheritdoc/>
    public void VisitBytes(string name, ColumnUse use, ref string? value)
    {
        if (use.HasAny(wanted)) Set(use, NpgsqlDbType.Bytea, TaskRow.ToBytes(value));
    }

    private void Set<T>(ColumnUse use, NpgsqlDbType type, T value)
    {
        if (!use.HasAny(wanted)) return;
        if (_row == 0) parameters.Add(new NpgsqlParameter<T[]> { TypedValue = new T[rows], NpgsqlDbType = NpgsqlDbType.Array | type });
        ((NpgsqlParameter<T[]>)parameters[_next++]).TypedValue![_row] = value;
    }
}
