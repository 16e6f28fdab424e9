namespace TaskApi.Tests.Infrastructure;

public sealed class ManualTimeProviderTests
{
    private static readonly TimeSpan _never = Timeout.InfiniteTimeSpan;
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Clock_LeftAlone_StandsStill()
    {
        Assert.Equal(_clock.GetUtcNow(), _clock.GetUtcNow());
        Assert.Equal(_clock.GetTimestamp(), _clock.GetTimestamp());
    }

    [Fact]
    public void Advance_WithoutTimers_MovesWallClockAndTimestamp()
    {
        var (utc, timestamp) = (_clock.GetUtcNow(), _clock.GetTimestamp());

        _clock.Advance(TimeSpan.FromMilliseconds(1500.5));

        Assert.Equal(TimeSpan.FromMilliseconds(1500.5), _clock.GetUtcNow() - utc);
        Assert.Equal(TimeSpan.FromMilliseconds(1500.5), _clock.GetElapsedTime(timestamp));
    }

    [Fact]
    public void Advance_Backwards_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.FromTicks(-1)));

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void StepWallClock_AnHour_MovesOnlyTheWallClock(int hours)
    {
        var (utc, timestamp) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, Ms(10), _never);

        _clock.StepWallClock(TimeSpan.FromHours(hours));

        Assert.Equal(TimeSpan.FromHours(hours), _clock.GetUtcNow() - utc);
        Assert.Equal(timestamp, _clock.GetTimestamp());
        Assert.Equal(0, fired);
        _clock.Advance(Ms(10));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void Timer_AtItsDueTime_FiresOnceAndNotBefore()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, Ms(10), _never);

        _clock.Advance(Ms(9));
        Assert.Equal(0, fired);
        _clock.Advance(Ms(1));
        Assert.Equal(1, fired);
        _clock.Advance(Ms(100));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void Timer_DueWithinAMillisecondFraction_FiresAsEarlyAsTheSystemsTimers()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, Ms(10.9), _never);

        _clock.Advance(Ms(10));

        Assert.Equal(1, fired);
    }

    [Fact]
    public void Timer_BeyondTheSystemsLimit_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.CreateTimer(_ => { }, null, TimeSpan.FromDays(50), _never));
        using var timer = _clock.CreateTimer(_ => { }, null, TimeSpan.FromDays(49), _never);
        Assert.Throws<ArgumentOutOfRangeException>(() => timer.Change(TimeSpan.FromDays(50), _never));
    }

    [Fact]
    public void Advance_OverSeveralTimers_FiresEachInOrderAtItsOwnInstant()
    {
        var start = _clock.GetUtcNow();
        var seen = new List<(string, TimeSpan)>();
        using var late = _clock.CreateTimer(See, "late", Ms(30), _never);
        using var early = _clock.CreateTimer(See, "early", Ms(10), _never);
        using var alsoEarly = _clock.CreateTimer(See, "also early", Ms(10), _never);

        _clock.Advance(Ms(50));

        Assert.Equal([("early", Ms(10)), ("also early", Ms(10)), ("late", Ms(30))], seen);
        Assert.Equal(Ms(50), _clock.GetUtcNow() - start);

        void See(object? name) => seen.Add(((string)name!, _clock.GetUtcNow() - start));
    }

    [Fact]
    public void Advance_TimersArmedByCallbacks_FireInTheSameAdvance()
    {
        var start = _clock.GetUtcNow();
        var seen = new List<TimeSpan>();
        var timers = new List<ITimer>();
        Arm(null);

        _clock.Advance(Ms(35));

        Assert.Equal([Ms(10), Ms(20), Ms(30)], seen);
        Assert.Equal(1, _clock.ArmedTimers);

        void Arm(object? _) => timers.Add(_clock.CreateTimer(__ => { seen.Add(_clock.GetUtcNow() - start); Arm(null); }, null, Ms(10), _never));
    }

    [Fact]
    public void Advance_FromACallback_IsRefused()
    {
        Exception? fault = null;
        using var timer = _clock.CreateTimer(_ => fault = Record.Exception(() => _clock.Advance(Ms(1))), null, Ms(1), _never);

        _clock.Advance(Ms(1));

        Assert.IsType<InvalidOperationException>(fault);
    }

    [Fact]
    public void Timer_WithPeriod_FiresUntilDisposed()
    {
        var fired = 0;
        var timer = _clock.CreateTimer(_ => fired++, null, Ms(5), Ms(10));

        _clock.Advance(Ms(25));
        Assert.Equal(3, fired);
        timer.Dispose();
        _clock.Advance(Ms(25));
        Assert.Equal(3, fired);
        Assert.False(timer.Change(Ms(1), _never));
    }

    [Fact]
    public void Timer_Changed_FiresAtTheNewTimeOnly()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, Ms(10), _never);

        Assert.True(timer.Change(Ms(20), _never));
        _clock.Advance(Ms(19));
        Assert.Equal(0, fired);
        _clock.Advance(Ms(1));
        Assert.Equal(1, fired);
        Assert.True(timer.Change(_never, _never));
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public async Task Timer_DueAtOnce_FiresWithoutAnAdvanceAndOutsideOfItsCreatorsLocks()
    {
        var gate = new Lock();
        var fired = new TaskCompletionSource<bool>();
        ITimer timer;

        lock (gate)
            timer = _clock.CreateTimer(_ => fired.SetResult(gate.IsHeldByCurrentThread), null, TimeSpan.Zero, _never);

        Assert.False(await fired.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await timer.DisposeAsync();
    }

    [Fact]
    public async Task Advance_ByManyThreads_AddsUpAndFiresEveryTimerOnce()
    {
        var start = _clock.GetUtcNow();
        var fired = 0;
        var timers = Enumerable.Range(1, 1000).Select(ms => _clock.CreateTimer(_ => Interlocked.Increment(ref fired), null, Ms(ms), _never)).ToList();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 250; i++)
                _clock.Advance(Ms(1));
        })));

        Assert.Equal(Ms(1000), _clock.GetUtcNow() - start);
        Assert.Equal(timers.Count, fired);
    }

    [Fact]
    public async Task TimerArmed_CompletesWhenEnoughTimersAreArmedForThatInstant()
    {
        var armed = _clock.TimerArmed(Ms(20), count: 2);
        using var first = _clock.CreateTimer(_ => { }, null, Ms(20), _never);
        using var other = _clock.CreateTimer(_ => { }, null, Ms(21), _never);
        Assert.False(armed.IsCompleted);

        _clock.Advance(Ms(5));
        using var second = _clock.CreateTimer(_ => { }, null, Ms(15), _never);

        await armed;
    }

    [Fact]
    public async Task TimerGone_CompletesWhenTheLastTimerOfThatInstantIsDisposed()
    {
        var timer = _clock.CreateTimer(_ => { }, null, Ms(20), _never);
        var gone = _clock.TimerGone(Ms(20));
        Assert.False(gone.IsCompleted);

        timer.Dispose();

        await gone;
    }

    [Fact]
    public async Task TaskDelay_OnTheClock_EndsWhenItsTimeHasPassed()
    {
        var delay = Task.Delay(Ms(20), _clock, TestContext.Current.CancellationToken);

        _clock.Advance(Ms(19));
        Assert.False(delay.IsCompleted);
        _clock.Advance(Ms(1));

        await delay;
    }

    [Fact]
    public void Callback_RunsInTheContextOfItsCreator()
    {
        var local = new AsyncLocal<string> { Value = "creator" };
        string? seen = null;
        using var timer = _clock.CreateTimer(_ => seen = local.Value, null, Ms(1), _never);
        local.Value = "advancer";

        _clock.Advance(Ms(1));

        Assert.Equal("creator", seen);
    }

    [Fact]
    public void LocalTimeZone_Set_IsWhatLocalTimeIsToldIn()
    {
        _clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(5.5), "test", "test"));

        Assert.Equal(_clock.GetUtcNow().ToOffset(TimeSpan.FromHours(5.5)), _clock.GetLocalNow());
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
