namespace TaskApi;

/// <summary>The caller's counts since the start of the service, and the service's figures.</summary>
public sealed record TaskStats
{
    /// <summary>Tasks pending now.</summary>
    public long Pending { get; init; }

    /// <summary>Tasks created.</summary>
    public long Created { get; init; }

    /// <summary>Tasks completed.</summary>
    public long Completed { get; init; }

    /// <summary>Tasks cancelled.</summary>
    public long Cancelled { get; init; }

    /// <summary>Tasks failed.</summary>
    public long Failed { get; init; }

    /// <summary>Tasks running now.</summary>
    public long Running { get; init; }

    /// <summary>Tasks that are due and wait for somebody to run them; they are among those pending.</summary>
    public long Ready { get; init; }

    /// <summary>How often a task was to be begun again after an error.</summary>
    public long Retried { get; init; }

    /// <summary>Attempts whose worker was gone.</summary>
    public long Lost { get; init; }

    /// <summary>The most tasks that may be pending, all callers together.</summary>
    public long Capacity { get; init; }

    /// <summary>How long after their due time tasks completed, all callers together.</summary>
    public LatenessStats? LatenessMs { get; init; }

    /// <summary>Seconds since the service started.</summary>
    public double UptimeSeconds { get; init; }
}

/// <summary>Lateness in milliseconds; 0 before the first completion.</summary>
/// <param name="P50">Half of the tasks were at most so late.</param>
/// <param name="P99">99 of 100 were at most so late.</param>
/// <param name="Max">The latest.</param>
public sealed record LatenessStats(double P50, double P99, double Max);
