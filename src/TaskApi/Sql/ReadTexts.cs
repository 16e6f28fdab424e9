namespace TaskApi.Sql;

/// <summary>What a database is told to read, in its own words. Parameters go by their names; a statement has those that it needs.</summary>
internal sealed record ReadTexts
{
    /// <summary>One task by <c>@sequence</c>.</summary>
    public required string Find { get; init; }

    /// <summary>Tasks by the array <c>@sequences</c>. Empty where it is as quick to ask for one after the other.</summary>
    public string FindMany { get; init; } = "";

    /// <summary>One call by <c>@key</c>.</summary>
    public required string FindCall { get; init; }

    /// <summary>Tasks in the order asked for that match, of the first <c>@window</c> after <c>@after</c> that the best index finds: the columns, and which conditions there are.</summary>
    public required Func<string, TaskFilter, string> Select { get; init; }

    /// <summary>How many tasks <see cref="Select"/> looked at, and the last of them.</summary>
    public required Func<TaskFilter, string> Window { get; init; }

    /// <summary>What <c>@owner</c> has had: created, completed, cancelled, failed. Empty where this process counts.</summary>
    public string OwnerTotals { get; init; } = "";

    /// <summary>The number of the latest task.</summary>
    public required string LastTask { get; init; }

    /// <summary>The number of the latest event. Empty where this process numbers them.</summary>
    public string LastEvent { get; init; } = "";
}
