namespace TaskApi.Engine.Model;

/// <summary>A schedule as it is kept: what was asked for, and how far it has come. Immutable.</summary>
internal sealed record ScheduleState
{
    /// <summary>Whose it is; empty where there are no keys.</summary>
    public required string Owner { get; init; }

    /// <summary>Its name, one of the owner's own.</summary>
    public required string Name { get; init; }

    /// <summary>What was asked for.</summary>
    public required ScheduleDefinition Definition { get; init; }

    /// <summary>From when a period is counted: when its timing was first asked for.</summary>
    public required DateTimeOffset Anchor { get; init; }

    /// <summary>Occurrences up to and including this instant have been dealt with.</summary>
    public required DateTimeOffset Cursor { get; init; }

    /// <summary>The last occurrence that made a task, and its task; null: none has.</summary>
    public ScheduledRun? LastRun { get; init; }

    /// <summary>The occurrence that starts when the task of the last one is done; null: none waits.</summary>
    public DateTimeOffset? Waiting { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When something else was last asked for.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Grows with every change, whoever made it: two can't move it on from the same place.</summary>
    public long Revision { get; init; }

    /// <summary>The occurrence that has to be dealt with next; null: none.</summary>
    public DateTimeOffset? Next => Definition.Paused ? null : Definition.Timing.Next(Cursor, Anchor);

    /// <summary>A new one.</summary>
    public static ScheduleState Create(string owner, string name, ScheduleDefinition definition, DateTimeOffset now) => new()
    {
        Owner = owner,
        Name = name,
        Definition = definition,
        Anchor = Whole(now),
        Cursor = now,
        CreatedAt = now,
        UpdatedAt = now,
    };

    /// <summary>
    /// Something else is asked for. Where the timing stays, so does the plan: a program that says what it wants at each of its starts passes over
    /// nothing. What came due while it was paused is passed over.
    /// </summary>
    public ScheduleState Change(ScheduleDefinition definition, DateTimeOffset now)
    {
        var goesOn = definition.Timing.Equals(Definition.Timing) && !Definition.Paused;
        return this with
        {
            Definition = definition,
            Anchor = definition.Timing.Equals(Definition.Timing) ? Anchor : Whole(now),
            Cursor = goesOn ? Cursor : now,
            Waiting = definition.Overlap == OverlapRule.Wait && !definition.Paused ? Waiting : null,
            UpdatedAt = now,
            Revision = Revision + 1,
        };
    }

    // Instants are shown in whole milliseconds: what is counted from one falls on such.
    private static DateTimeOffset Whole(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());
}

/// <summary>An occurrence that made a task.</summary>
/// <param name="At">The occurrence's instant.</param>
/// <param name="Task">The task.</param>
internal readonly record struct ScheduledRun(DateTimeOffset At, Guid Task);
