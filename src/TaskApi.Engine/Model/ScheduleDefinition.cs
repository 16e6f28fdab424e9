namespace TaskApi.Engine.Model;

/// <summary>What becomes of occurrences that came due while nothing ran.</summary>
internal enum MissedOccurrences
{
    /// <summary>The last of them runs.</summary>
    One,

    /// <summary>All of them run, the oldest first, but no more than 1,000.</summary>
    All,

    /// <summary>None runs.</summary>
    None,
}

/// <summary>What becomes of an occurrence when the task of the one before is not done yet.</summary>
internal enum OverlapRule
{
    /// <summary>It starts all the same.</summary>
    Allow,

    /// <summary>It is passed over.</summary>
    Skip,

    /// <summary>The task of the one before is cancelled.</summary>
    Cancel,

    /// <summary>It starts when the task of the one before is done; at most one waits, more are passed over.</summary>
    Wait,
}

/// <summary>What was asked for with a schedule. Immutable.</summary>
internal sealed record ScheduleDefinition
{
    /// <summary>When.</summary>
    public required ScheduleTiming Timing { get; init; }

    /// <summary>By how much the due time may lie after the occurrence, at random: 0 to 86,400.</summary>
    public double JitterSeconds { get; init; }

    /// <summary>What becomes of missed ones.</summary>
    public MissedOccurrences Missed { get; init; }

    /// <summary>What becomes of one whose predecessor is not done.</summary>
    public OverlapRule Overlap { get; init; }

    /// <summary>True: what comes due is passed over.</summary>
    public bool Paused { get; init; }

    /// <summary>The task to create; its due time is without meaning.</summary>
    public required TaskSpec Task { get; init; }
}
