namespace TaskApi.Reading;

/// <summary>Which tasks to list; null takes everything.</summary>
public sealed record TaskFilter
{
    /// <summary>Only tasks in this state.</summary>
    public TaskState? Status { get; init; }

    /// <summary>Only tasks of this group.</summary>
    public string? Group { get; init; }

    /// <summary>Only tasks of exactly this name.</summary>
    public string? Name { get; init; }

    /// <summary>Only tasks of this type.</summary>
    public string? Type { get; init; }

    /// <summary>Only tasks of this queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Only tasks with this key.</summary>
    public string? Key { get; init; }

    /// <summary>Only tasks with a type that this schedule made.</summary>
    public string? Schedule { get; init; }

    /// <summary>Only tasks that this task created, or that run it again.</summary>
    public Guid? Parent { get; init; }

    /// <summary>Only tasks whose name, message or type has this in it, in capital or small letters: 1 to 256 characters.</summary>
    public string? Text { get; init; }

    /// <summary>Only tasks created at this instant or later.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Only tasks created before this instant.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>The newest first, instead of the order of creation.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>
    /// Pending tasks alone, those that come due soonest first, and last those that wait for others: with neither <see cref="Text"/>, <see cref="NewestFirst"/> nor another
    /// <see cref="Status"/>. Up to 2,000,000 tasks are looked through for it.
    /// </summary>
    public bool SoonestFirst { get; init; }
}
