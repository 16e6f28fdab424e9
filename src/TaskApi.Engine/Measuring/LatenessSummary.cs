namespace TaskApi.Engine.Measuring;

/// <summary>Lateness figures in milliseconds: percentiles at most 1 % above the true value, the maximum exact; 0 before the first completion.</summary>
internal readonly record struct LatenessSummary(double P50Ms, double P99Ms, double MaxMs);
