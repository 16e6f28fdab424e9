using System.Data.Common;
using System.Text;

namespace TaskApi.Storage.Rows;

/// <summary>Takes a row from a reader whose first columns are those that are read, in their order.</summary>
/// <param name="reader">On the row.</param>
/// <param name="first">The place of the first of its columns.</param>
internal struct RowReader(DbDataReader reader, int first = 0) : IColumnVisitor
{
    private int _next = first;

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref long value)
    {
        if (IsRead(use)) value = reader.GetInt64(_next++);
    }

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref long? value)
    {
        if (IsThere(use)) value = reader.GetInt64(_next - 1);
    }

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref uint value)
    {
        if (IsRead(use)) value = (uint)reader.GetInt64(_next++);
    }

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref int value)
    {
        if (IsRead(use)) value = reader.GetInt32(_next++);
    }

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref int? value)
    {
        if (IsThere(use)) value = reader.GetInt32(_next - 1);
    }

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref double? value)
    {
        if (IsThere(use)) value = reader.GetDouble(_next - 1);
    }

    /// <inheritdoc/>
    public void VisitBlob(string name, ColumnUse use, ref byte[]? value)
    {
        if (IsThere(use)) value = reader.GetFieldValue<byte[]>(_next - 1);
    }

    /// <inheritdoc/>
    public void VisitText(string name, ColumnUse use, ref string? value)
    {
        if (IsThere(use)) value = reader.GetString(_next - 1);
    }

    /// <inheritdoc/>
    public void VisitBytes(string name, ColumnUse use, ref string? value)
    {
        if (IsThere(use)) value = Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(_next - 1));
    }

    private static bool IsRead(ColumnUse use) => use.HasAny(ColumnUse.Read);

    // Goes on to the next one. What is null stays as it is in a new row.
    private bool IsThere(ColumnUse use) => IsRead(use) && !reader.IsDBNull(_next++);
}
