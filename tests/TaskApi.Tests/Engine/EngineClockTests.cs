using TaskApi.Engine.Time;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Engine;

/// <summary>The clock that decides what is due, and the alarm that goes by it.</summary>
public sealed class EngineClockTests
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Elapsed_WallClockSetForward_LeapsAndNeverGoesBack()
    {
        var clock = new EngineClock(_time);
        _time.StepWallClock(_hour);
        Assert.Equal((_hour, _hour, TimeSpan.Zero), (clock.Elapsed, clock.Leapt, clock.Steady));

        _time.StepWallClock(-2 * _hour);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((_hour + TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), (clock.Elapsed, clock.Steady));
        _time.StepWallClock(2 * _hour);
        Assert.Equal(_hour + TimeSpan.FromSeconds(1), clock.Elapsed);
    }

    [Fact]
    public void Elapsed_FromBehind_LeapsAlsoWhenTheWallClockWasSetBackBefore()
    {
        var clock = new EngineClock(_time, fromBehind: true);
        _time.StepWallClock(-2 * _hour);
        Assert.Equal(TimeSpan.Zero, clock.Elapsed);

        _time.StepWallClock(_hour);
        Assert.Equal(_hour, clock.Elapsed);
        _time.StepWallClock(TimeSpan.FromMilliseconds(900));

        Assert.Equal((_hour, _hour), (clock.Elapsed, clock.Leapt));
    }

    [Fact]
    public void Elapsed_SmallStep_IsThatOfATimeServer()
    {
        var clock = new EngineClock(_time);

        _time.StepWallClock(TimeSpan.FromMilliseconds(900));

        Assert.Equal(TimeSpan.Zero, clock.Elapsed);
    }

    [Fact]
    public void Elapsed_WallClockThatDecidesNothing_IsNotFollowed()
    {
        var clock = new EngineClock(_time, followsWall: false);

        _time.StepWallClock(_hour);

        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (clock.Elapsed, clock.Leapt));
    }

    [Fact]
    public async Task ThreadAlarm_ClockLeapsPastItsTick_RingsThoughNobodyTellsIt()
    {
        var rung = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var alarm = new ThreadAlarm(new EngineClock(_time), () =>
        {
            rung.TrySetResult();
            return long.MaxValue;
        });
        alarm.Set((long)_hour.TotalMilliseconds);

        _time.StepWallClock(2 * _hour);

        await rung.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
