namespace TaskApi.Storage.Rows;

/// <summary>Collects the names of columns.</summary>
/// <param name="wanted">Of those with any of these uses.</param>
internal readonly struct ColumnNames(ColumnUse wanted) : IColumnVisitor
{
    private readonly List<string> _names = [];

    /// <summary>In the order of the columns.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref long value) => Add(name, use);

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref long? value) => Add(name, use);

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref uint value) => Add(name, use);

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref int value) => Add(name, use);

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref int? value) => Add(name, use);

    /// <inheritdoc/>
    public void Visit(string name, ColumnUse use, ref double? value) => Add(name, use);

    /// <inheritdoc/>
    public void VisitBlob(string name, ColumnUse use, ref byte[]? value) => Add(name, use);

    /// <inheritdoc/>
    public void VisitText(string name, ColumnUse use, ref string? value) => Add(name, use);

    /// <inheritdoc/>
    public void VisitBytes(string name, ColumnUse use, ref string? value) => Add(name, use);

    private void Add(string name, ColumnUse use)
    {
        if (use.HasAny(wanted)) _names.Add(name);
    }
}
