namespace TaskApi.Storage.Rows;

/// <summary>Where a column stands in what is said to a database.</summary>
[Flags]
internal enum ColumnUse
{
    None = 0,

    /// <summary>By it a row is found.</summary>
    Key = 1,

    /// <summary>Among what is read of a row.</summary>
    Read = 2,

    /// <summary>Among what a new row begins with.</summary>
    Insert = 4,

    /// <summary>0 in a new row.</summary>
    Zero = 8,

    /// <summary>Among what is written when a row has changed.</summary>
    Change = 16,
}

/// <summary>Asks what a column is used for.</summary>
internal static class ColumnUses
{
    /// <summary>True if it has one of these uses.</summary>
    public static bool HasAny(this ColumnUse use, ColumnUse wanted) => (use & wanted) != ColumnUse.None;
}

/// <summary>
/// Goes through the columns of a row, one call for each: reads them, binds them, collects their values or their names. A struct, so that
/// going through a row is as quick as writing it out. What it takes is a reference: whoever reads a row fills it in.
/// </summary>
internal interface IColumnVisitor
{
    void Visit(string name, ColumnUse use, ref long value);

    void Visit(string name, ColumnUse use, ref long? value);

    /// <summary>A number that has no sign here, and is a wider one in the database.</summary>
    void Visit(string name, ColumnUse use, ref uint value);

    void Visit(string name, ColumnUse use, ref int value);

    void Visit(string name, ColumnUse use, ref int? value);

    void Visit(string name, ColumnUse use, ref double? value);

    /// <summary>Text that the database knows as text.</summary>
    void VisitText(string name, ColumnUse use, ref string? value);

    /// <summary>Text that clients choose, which may hold any character: UTF-8 bytes in the database.</summary>
    void VisitBytes(string name, ColumnUse use, ref string? value);

    /// <summary>Bytes that mean nothing to the database.</summary>
    void VisitBlob(string name, ColumnUse use, ref byte[]? value);
}
