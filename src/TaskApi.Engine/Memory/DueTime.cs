namespace TaskApi.Engine.Memory;

/// <summary>When a task comes due, as it was asked for.</summary>
/// <param name="At">In Unix milliseconds, as clients are told.</param>
/// <param name="Tick">On the engine's clock, which decides.</param>
/// <param name="DelaySeconds">From the instant at which it was asked for; 0 if that was later.</param>
internal readonly record struct DueTime(long At, long Tick, double DelaySeconds);
