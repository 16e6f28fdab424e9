using System.Numerics;

namespace TaskApi.Engine.Measuring;

/// <summary>
/// How late tasks completed, in microseconds: a histogram whose buckets are at most 1 % wide (64 to a power of two), in
/// constant memory. Not thread-safe.
/// </summary>
/// <param name="measurements">Also told of each, if somebody exports them.</param>
internal sealed class LatenessHistogram(Measurements? measurements = null)
{
    private const int SubBits = 6;
    private const int Sub = 1 << SubBits;

    private readonly long[] _counts = new long[(64 - SubBits) * Sub];
    private long _total;
    private long _max;

    /// <summary>Counts one completion.</summary>
    /// <param name="microseconds">0 or more.</param>
    public void Record(long microseconds)
    {
        _counts[BucketOf(microseconds)]++;
        _total++;
        _max = Math.Max(_max, microseconds);
        measurements?.Lateness?.Record(microseconds / 1e6);
    }

    /// <summary>The figures so far, in milliseconds.</summary>
    public LatenessSummary Summarize() => new(PercentileMs(0.50), PercentileMs(0.99), _max / 1000.0);

    private static int BucketOf(long value)
    {
        if (value < Sub * 2) return (int)value;
        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return (shift * Sub) + (int)(value >> shift);
    }

    // The largest value that falls into the bucket.
    private static long UpperBound(int bucket)
    {
        if (bucket < Sub * 2) return bucket;
        var shift = (bucket / Sub) - 1;
        return (((long)(bucket % Sub) + Sub + 1) << shift) - 1;
    }

    private double PercentileMs(double percentile)
    {
        var rank = (long)Math.Ceiling(_total * percentile);
        if (rank == 0) return 0;
        var bucket = 0;
        for (var seen = _counts[0]; seen < rank; seen += _counts[bucket]) bucket++;
        return Math.Min(UpperBound(bucket), _max) / 1000.0;
    }
}
