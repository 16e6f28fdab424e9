using System.Threading.RateLimiting;
using TaskApi.AspNetCore.Security;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

public sealed class CallerRateTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Acquire_OverALongTime_IsGrantedAtTheRate()
    {
        using var rate = new CallerRate(perSecond: 3, burst: 5, _clock);
        var granted = 0;
        for (var i = 0; i < 10_000; i++)
        {
            granted += IsGranted(rate) ? 1 : 0;
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(granted, 300, 305);
    }

    [Fact]
    public void Acquire_Refused_SaysWhenItIsWorthTryingAgain()
    {
        using var rate = new CallerRate(perSecond: 1, burst: 1, _clock);
        Assert.True(IsGranted(rate));
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        using var refused = rate.AttemptAcquire();
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter));
        Assert.Equal(TimeSpan.FromMilliseconds(700), retryAfter);
        _clock.Advance(retryAfter);
        Assert.True(IsGranted(rate));
    }

    [Fact]
    public void Acquire_ByManyAtOnce_IsGrantedNoMoreThanTheBurst()
    {
        using var rate = new CallerRate(perSecond: 1, burst: 100, _clock);
        var granted = 0;
        Parallel.For(0, 1000, _ =>
        {
            if (IsGranted(rate))
                Interlocked.Increment(ref granted);
        });
        Assert.Equal(100, granted);
    }

    [Fact]
    public void Idle_WhileTheBucketFills_IsNotCounted()
    {
        using var rate = new CallerRate(perSecond: 1, burst: 2, _clock);
        Assert.True(IsGranted(rate));
        Assert.Null(rate.IdleDuration);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(3), rate.IdleDuration);
    }

    private static bool IsGranted(CallerRate rate)
    {
        using var lease = rate.AttemptAcquire();
        return lease.IsAcquired;
    }
}
