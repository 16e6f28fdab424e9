namespace TaskApi.Storage.Rows;

/// <summary>What a database is told to read, in its own words. Parameters go by their names; a statement has those that it needs.</summary>
internal sealed record ReadTexts
{
    /// <summary>One call by <c>@key</c>: in the same words for all.</summary>
    public const string FindKey = "SELECT body, since, waits, tasks, answer FROM calls WHERE key = @key";

    /// <summary>The table of all tasks.</summary>
    public string Tasks { get; init; } = "tasks";

    /// <summary>By how many milliseconds at the most tasks may be numbered in another order than they were created.</summary>
    public int OutOfOrder { get; init; }

    /// <summary>One task by <c>@sequence</c>.</summary>
    public required string Find { get; init; }

    /// <summary>Tasks by the array <c>@sequences</c>. Null where it is as quick to ask for one after the other.</summary>
    public string? FindMany { get; init; }

    /// <summary>Both rows of one task with work, by <c>@sequence</c>.</summary>
    public string? FindWork { get; init; }

    /// <summary>The same of tasks by the array <c>@sequences</c>. Null where it is as quick to ask for one after the other.</summary>
    public string? FindManyWork { get; init; }

    /// <summary>What a heartbeat has to know of one task with work, by <c>@sequence</c>.</summary>
    public string? FindLease { get; init; }

    /// <summary>The same of tasks by the array <c>@sequences</c>. Null where it is as quick to ask for one after the other.</summary>
    public string? FindManyLeases { get; init; }

    /// <summary>What a task has to be in order to be listed. Null where all are.</summary>
    public string? IsVisible { get; init; }

    /// <summary>What <c>@owner</c> has had: created, completed, cancelled, failed, running, ready, retried, lost. Null where this process counts.</summary>
    public string? OwnerTotals { get; init; }

    /// <summary>The workers of <c>@owner</c> that have called since <c>@since</c>: worker, queues, when, how much they run. Null where this process knows them.</summary>
    public string? Workers { get; init; }

    /// <summary>The number of the latest task.</summary>
    public required string LastTask { get; init; }

    /// <summary>The number of the latest event. Null where this process numbers them.</summary>
    public string? LastEvent { get; init; }

    /// <summary>
    /// Tasks in the order asked for that match, of the first <c>@window</c> after <c>@after</c> that the best index finds; <c>@limit</c> of them at the most.
    /// Where these are fewer, a last row has nothing in their columns, and behind these how many tasks were looked at, and the last of them. One statement, since
    /// tasks that are forgotten between two would move what the second looks at.
    /// </summary>
    /// <param name="columns">What to select.</param>
    /// <param name="filter">Which conditions there are.</param>
    public string Select(string columns, TaskFilter filter)
    {
        var match = "owner = @owner";
        if (IsVisible is not null) match += $" AND {IsVisible}";
        if (filter.HasFlag(TaskFilter.State)) match += " AND (state & 7) = @state";
        if (filter.HasFlag(TaskFilter.NotRunAgain)) match += " AND (state & 16) = 0";
        if (filter.HasFlag(TaskFilter.Unfinished)) match += " AND state IN (0, 8)";
        if (filter.HasFlag(TaskFilter.Pending)) match += $" AND (state = 0 OR (state = 8 AND {HasWork("running = 0")}))";
        if (filter.HasFlag(TaskFilter.Running)) match += $" AND state = 8 AND {HasWork("running = 1")}";
        if (filter.HasFlag(TaskFilter.Type)) match += $" AND (state & 8) = 8 AND {HasWork("type = @type")}";
        if (filter.HasFlag(TaskFilter.Queue)) match += $" AND (state & 8) = 8 AND {HasWork("queue = @queue")}";
        if (filter.HasFlag(TaskFilter.Key)) match += $" AND (state & 8) = 8 AND {HasWork("key = @key")}";
        if (filter.HasFlag(TaskFilter.Parent)) match += $" AND (state & 8) = 8 AND {HasWork("parent = @parent")}";
        if (filter.HasFlag(TaskFilter.Schedule)) match += $" AND (state & 8) = 8 AND {HasWork("schedule = @schedule")}";
        if (filter.HasFlag(TaskFilter.Group)) match += " AND grp = @group";
        if (filter.HasFlag(TaskFilter.CreatedAfter)) match += " AND created >= @createdAfter";
        if (filter.HasFlag(TaskFilter.CreatedBefore)) match += " AND created < @createdBefore";
        var nothing = string.Join(", ", columns.Split(',').Select(static _ => "NULL"));
        var last = filter.HasFlag(TaskFilter.NewestFirst) ? "min" : "max";
        // Not looked at again where enough have been found.
        const string Rest = "CASE WHEN (SELECT count(*) FROM matched) < @limit THEN @window ELSE 0 END";
        var isByDue = filter.HasFlag(TaskFilter.ByDue);
        var found = $"({Search(filter, "@window")}) AS found";
        if (isByDue) (found, match) = ($"(SELECT found.*, {SoonestOrder} AS soonest FROM {found}) AS found", $"{match} AND (soonest, sequence) > (@dueAfter, @dueSequence) ORDER BY soonest, sequence");
        return $"""
            WITH matched AS MATERIALIZED (SELECT {columns} FROM {found} WHERE {match} LIMIT @limit)
            SELECT {columns}, NULL AS looked, NULL AS last FROM matched
            UNION ALL SELECT {nothing}, count(*), {last}(sequence) FROM ({Search(filter, isByDue ? "@window" : Rest)}) AS looked
            """;
    }

    // When a pending task comes due, and 0 for what is due before 1970.
    private const string Due = "(CASE WHEN found.state = 8 THEN (SELECT work.due FROM work WHERE work.sequence = found.sequence) ELSE found.due END)";
    private const string SoonestOrder = $"(abs({Due}) + {Due}) / 2";

    private static string HasWork(string condition) => $"EXISTS (SELECT 1 FROM work WHERE work.sequence = found.sequence AND work.{condition})";

    // Each only where it narrows: a partial index is used only for a statement that has its condition.
    private string Search(TaskFilter filter, string window)
    {
        var index = filter.HasFlag(TaskFilter.Name) ? "AND owner = @owner AND name = @name AND name IS NOT NULL"
            : filter.HasFlag(TaskFilter.Group) ? "AND owner = @owner AND grp = @group AND grp IS NOT NULL"
            : filter.HasFlag(TaskFilter.Owner) ? "AND owner = @owner AND owner <> 0"
            : "";
        if (filter.HasFlag(TaskFilter.CreatedAfter)) index += $" AND sequence >= ({FirstSince($"@createdAfter - {OutOfOrder}")})";
        if (filter.HasFlag(TaskFilter.CreatedBefore)) index += $" AND sequence < ({FirstSince($"@createdBefore + {OutOfOrder}")})";
        var (follows, order) = filter.HasFlag(TaskFilter.NewestFirst) ? ("<", "DESC") : (">", "ASC");
        if (filter.HasFlag(TaskFilter.Parent))
        {
            var children = $"SELECT sequence FROM work WHERE parent IS NOT NULL AND parent = @parent AND sequence {follows} @after ORDER BY sequence {order} LIMIT {window}";
            return $"SELECT * FROM {Tasks} WHERE sequence IN ({children}) ORDER BY sequence {order}";
        }

        return $"SELECT * FROM {Tasks} WHERE sequence {follows} @after {index} ORDER BY sequence {order} LIMIT {window}";
    }

    // The number from which on the times in ids, which grow with the numbers, are this one or later: by halves, each a look into the index.
    private string FirstSince(string time)
    {
        const string Middle = "low + (high - low) / 2";
        var known = $"FROM {Tasks} AS known WHERE known.sequence >= {Middle} AND known.sequence < high ORDER BY known.sequence LIMIT 1";
        return $"""
            WITH RECURSIVE halves (low, high) AS (
              SELECT CAST(1 AS bigint), (SELECT coalesce(max(sequence), 0) + 1 FROM {Tasks})
              UNION ALL
              SELECT coalesce((SELECT CASE WHEN known.created + known.skew < {time} THEN known.sequence + 1 END {known}), low),
                CASE WHEN (SELECT known.created + known.skew < {time} {known}) THEN high ELSE {Middle} END
              FROM halves WHERE low < high)
            SELECT low FROM halves WHERE low >= high
            """;
    }
}
