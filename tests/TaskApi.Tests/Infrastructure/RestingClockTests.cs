namespace TaskApi.Tests.Infrastructure;

/// <summary>The test clock where a service does on threads of its own what comes due.</summary>
public sealed class RestingClockTests
{
    private static readonly TimeSpan _never = Timeout.InfiniteTimeSpan;
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Advance_ServiceStillAtWork_StandsStillAtEachInstantUntilItRests()
    {
        var (start, looks) = (_clock.GetUtcNow(), new List<double>());
        _clock.IsAtRest = () =>
        {
            looks.Add((_clock.GetUtcNow() - start).TotalMilliseconds);
            return looks.Count % 3 == 0;
        };
        using var first = _clock.CreateTimer(static _ => { }, null, Ms(10), _never);
        using var second = _clock.CreateTimer(static _ => { }, null, Ms(20), _never);

        _clock.Advance(Ms(30));

        Assert.Equal([0, 0, 0, 10, 10, 10, 20, 20, 20, 30, 30, 30], looks);
    }

    [Fact]
    public void Advance_SeveralTimersAtOneInstant_AllFireBeforeItIsAskedWhetherAllIsDone()
    {
        var (fired, seen) = (0, new List<int>());
        _clock.IsAtRest = () =>
        {
            seen.Add(fired);
            return true;
        };
        using var first = _clock.CreateTimer(_ => fired++, null, Ms(10), _never);
        using var second = _clock.CreateTimer(_ => fired++, null, Ms(10), _never);

        _clock.Advance(Ms(10));

        Assert.Equal([0, 2, 2], seen);
    }

    [Fact]
    public void Timer_ArmedForNowByWorkUnderWay_FiresBeforeTheClockGoesOn()
    {
        var (start, at) = (_clock.GetUtcNow(), TimeSpan.MinValue);
        using var late = _clock.CreateTimer(_ => at = _clock.GetUtcNow() - start, null, _never, _never);
        var isArmed = false;
        _clock.IsAtRest = () => isArmed || !(isArmed = late.Change(TimeSpan.Zero, _never));

        _clock.Advance(Ms(10));

        Assert.Equal(TimeSpan.Zero, at);
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
