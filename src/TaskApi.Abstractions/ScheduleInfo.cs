namespace TaskApi;

/// <summary>A schedule as it was at one moment. Immutable.</summary>
public sealed record ScheduleInfo
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What was asked for, completed by the defaults. Put with a change, <c>schedule.Definition with { … }</c>, it is asked for otherwise.</summary>
    public required NewSchedule Definition { get; init; }

    /// <summary>The next five occurrences; fewer if it ends before, none while it is paused.</summary>
    public required IReadOnlyList<DateTimeOffset> NextAt { get; init; }

    /// <summary>The last occurrence that created a task; null: none has.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>That task.</summary>
    public Guid? LastTaskId { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When something else was last asked for.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What names the definition, in quotes: an occurrence doesn't change it. Null of a schedule out of a list.</summary>
    public string? ETag { get; init; }

    /// <summary>The tag, for a change on the condition that the schedule is still as it was read.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    internal string TagFor(string parameter) =>
        ETag ?? throw new ArgumentException("A schedule out of a list has no ETag, so what has become of it since can't be told: read it by GetAsync.", parameter);
}
