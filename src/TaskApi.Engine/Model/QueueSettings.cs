using TaskApi.Engine.Time;

namespace TaskApi.Engine.Model;

/// <summary>What bounds a queue, and whether it hands anything out.</summary>
internal sealed record QueueSettings
{
    /// <summary>Bounds nothing.</summary>
    public static readonly QueueSettings None = new();

    /// <summary>The most of its tasks that run at once, by <see cref="FieldRules.MaxRunning"/>; null: any number.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>The same of those with one key; those without a key count for none.</summary>
    public int? MaxRunningPerKey { get; init; }

    /// <summary>The most that start in any period; null: any number.</summary>
    public QueueRate? Rate { get; init; }

    /// <summary>True: it hands out nothing, until <see cref="PausedUntil"/>.</summary>
    public bool Paused { get; init; }

    /// <summary>Until when it is paused; null: until somebody says otherwise.</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>True if it hands out nothing at an instant.</summary>
    public bool IsPausedAt(DateTimeOffset now) => Paused && !(PausedUntil <= now);

    /// <summary>The same without a pause that is over at an instant.</summary>
    public QueueSettings At(DateTimeOffset now) => Paused && !IsPausedAt(now) ? this with { Paused = false, PausedUntil = null } : this;
}

/// <summary>How many tasks may start in any period.</summary>
/// <param name="Count">So many, by <see cref="FieldRules.RateCount"/>.</param>
/// <param name="Seconds">In any period of so many seconds, by <see cref="FieldRules.RateSeconds"/>.</param>
internal readonly record struct QueueRate(int Count, double Seconds)
{
    /// <summary>The period.</summary>
    public TimeSpan Period => EngineClock.ToTime(Seconds);
}
