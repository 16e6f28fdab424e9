namespace TaskApi.Storage.GroupCommit;

/// <summary>What a database is told to read, in its own words. Parameters go by their names; a statement has those that it needs.</summary>
internal sealed record ReadTexts
{
    /// <summary>One call by <c>@key</c>: in the same words for all.</summary>
    public const string FindCall = "SELECT body, since, waits, tasks, answer FROM calls WHERE key = @key";

    /// <summary>One task by <c>@sequence</c>.</summary>
    public required string Find { get; init; }

    /// <summary>Tasks by the array <c>@sequences</c>. Empty where it is as quick to ask for one after the other.</summary>
    public string FindMany { get; init; } = "";

    /// <summary>What a task has to be in order to be listed. Empty where all are.</summary>
    public string IsVisible { get; init; } = "";

    /// <summary>What <c>@owner</c> has had: created, completed, cancelled, failed. Empty where this process counts.</summary>
    public string OwnerTotals { get; init; } = "";

    /// <summary>The number of the latest task.</summary>
    public required string LastTask { get; init; }

    /// <summary>The number of the latest event. Empty where this process numbers them.</summary>
    public string LastEvent { get; init; } = "";

    /// <summary>Tasks in the order asked for that match, of the first <c>@window</c> after <c>@after</c> that the best index finds.</summary>
    /// <param name="columns">What to select.</param>
    /// <param name="filter">Which conditions there are.</param>
    public string Select(string columns, TaskFilter filter)
    {
        var match = "owner = @owner";
        if (IsVisible.Length > 0) match += $" AND {IsVisible}";
        if (filter.HasFlag(TaskFilter.State)) match += " AND state = @state";
        if (filter.HasFlag(TaskFilter.Group)) match += " AND grp = @group";
        return $"SELECT {columns} FROM ({Search(filter)}) AS found WHERE {match} LIMIT @limit";
    }

    /// <summary>How many tasks <see cref="Select"/> looked at, and the last of them.</summary>
    public static string Window(TaskFilter filter) =>
        $"SELECT count(*), {(filter.HasFlag(TaskFilter.NewestFirst) ? "min" : "max")}(sequence) FROM ({Search(filter)}) AS found";

    // Each only where it narrows: a partial index is used only for a statement that has its condition.
    private static string Search(TaskFilter filter)
    {
        var index = filter.HasFlag(TaskFilter.Name) ? "AND owner = @owner AND name = @name AND name IS NOT NULL"
            : filter.HasFlag(TaskFilter.Group) ? "AND owner = @owner AND grp = @group AND grp IS NOT NULL"
            : filter.HasFlag(TaskFilter.Owner) ? "AND owner = @owner AND owner <> 0"
            : "";
        var (follows, order) = filter.HasFlag(TaskFilter.NewestFirst) ? ("<", "DESC") : (">", "ASC");
        return $"SELECT * FROM tasks WHERE sequence {follows} @after {index} ORDER BY sequence {order} LIMIT @window";
    }
}
