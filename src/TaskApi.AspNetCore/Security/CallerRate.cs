using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace TaskApi.AspNetCore.Security;

/// <summary>
/// A token bucket on the injected clock (the framework's own run on the system's): so many calls a second in the long run, so
/// many at once after a pause. Kept as one number, the instant at which the bucket is full again. Thread-safe, without a timer.
/// </summary>
/// <param name="perSecond">Calls per second.</param>
/// <param name="burst">Calls at once.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class CallerRate(int perSecond, int burst, TimeProvider timeProvider) : RateLimiter
{
    private readonly long _interval = Math.Max(1, timeProvider.TimestampFrequency / perSecond);
    private long _fullAt = long.MinValue;

    /// <inheritdoc/>
    public override TimeSpan? IdleDuration
    {
        get
        {
            var (now, fullAt) = (timeProvider.GetTimestamp(), Volatile.Read(ref _fullAt));
            return fullAt > now ? null : fullAt == long.MinValue ? TimeSpan.MaxValue : timeProvider.GetElapsedTime(fullAt, now);
        }
    }

    /// <inheritdoc/>
    public override RateLimiterStatistics? GetStatistics() => null;

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _fullAt);
            var now = timeProvider.GetTimestamp();
            var fullAt = Math.Max(seen, now) + (permitCount * _interval);
            var excess = fullAt - now - (burst * _interval);
            if (excess > 0)
                return new Lease(timeProvider.GetElapsedTime(0, excess));
            if (Interlocked.CompareExchange(ref _fullAt, fullAt, seen) == seen)
                return Lease.Acquired;
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(AttemptAcquireCore(permitCount));

    private sealed class Lease(TimeSpan? retryAfter) : RateLimitLease
    {
        public static readonly Lease Acquired = new(retryAfter: null);

        public override bool IsAcquired => retryAfter is null;

        public override IEnumerable<string> MetadataNames => IsAcquired ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
            return metadata is not null;
        }
    }
}
