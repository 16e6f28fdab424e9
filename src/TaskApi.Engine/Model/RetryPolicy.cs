namespace TaskApi.Engine.Model;

/// <summary>Whether, and when, work that did not succeed is begun again.</summary>
internal sealed record RetryPolicy
{
    /// <summary>What holds where nothing else was asked for: as in asyncio, an exception ends the task.</summary>
    public static readonly RetryPolicy Default = new();

    /// <summary>How many attempts may end in an error, by <see cref="FieldRules.MaxAttempts"/>.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>How often a lost attempt is begun again, by <see cref="FieldRules.MaxLosses"/>. 0 is at most once; anything else is at least once.</summary>
    public int MaxLosses { get; init; } = 3;

    /// <summary>The delay after the first error, in seconds, by <see cref="FieldRules.RetrySeconds"/>.</summary>
    public double InitialSeconds { get; init; } = 1;

    /// <summary>What the delay grows by with each further error, by <see cref="FieldRules.Factor"/>.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>The longest delay, in seconds, by <see cref="FieldRules.RetrySeconds"/>.</summary>
    public double MaxSeconds { get; init; } = 3600;

    /// <summary>The part of a delay, by <see cref="FieldRules.Jitter"/>, of which a random share is left out, so that what failed together doesn't come back together.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>No attempt begins later than so many seconds after the creation; null: no such bound.</summary>
    public double? MaxElapsedSeconds { get; init; }

    /// <summary>The delay after an error, in whole milliseconds, rounded up.</summary>
    /// <param name="errors">How many attempts have ended in an error, this one included: 1 or more.</param>
    /// <param name="random">At least 0, below 1.</param>
    public long DelayAfter(int errors, double random)
    {
        // The power may be infinite; the smaller of the two is not.
        var seconds = Math.Min(InitialSeconds * Math.Pow(Factor, errors - 1), MaxSeconds);
        return double.IsNaN(seconds) ? 0 : (long)Math.Ceiling(seconds * (1 - (Jitter * random)) * 1000);
    }
}
