namespace TaskApi.Engine.Model;

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
