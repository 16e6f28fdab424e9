using System.Diagnostics.Metrics;

namespace TaskApi.Engine.Measuring;

/// <summary>
/// What is measured as it happens, rather than read when somebody asks: to be set before anything happens, by whoever exports
/// it. Null costs a comparison. Thread-safe once set.
/// </summary>
internal sealed class Measurements
{
    /// <summary>How long after their due time tasks complete, in seconds.</summary>
    public Histogram<double>? Lateness { get; set; }

    /// <summary>How long calls that wait do so, in seconds.</summary>
    public Histogram<double>? Wait { get; set; }

    /// <summary>How long the storage takes to confirm a transaction, in seconds.</summary>
    public Histogram<double>? Commit { get; set; }

    /// <summary>Leases that were over when a sign of life came for them.</summary>
    public Counter<long>? LateLeases { get; set; }

    /// <summary>How many changes a transaction makes.</summary>
    public Histogram<long>? CommitSize { get; set; }
}
