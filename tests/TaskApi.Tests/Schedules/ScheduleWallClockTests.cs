namespace TaskApi.Tests.Schedules;

/// <summary>Schedules, and a wall clock that is set.</summary>
public sealed class ScheduleWallClockTests : ScheduleTests
{
    [Theory]
    [InlineData("one", 1)]
    [InlineData("all", 24)]
    [InlineData("none", 0)]
    public async Task Missed_WhenTheWallClockLeaps_AreAsAskedFor(string missed, int expected)
    {
        await Put("hourly", $$$"""{"cron":"30 * * * *","missed":"{{{missed}}}","task":{"message":"Hei"}}""");

        // As a machine that sleeps does, and then looks at its clock.
        Clock.StepWallClock(TimeSpan.FromHours(24));
        Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(expected, (await Tasks()).Count);
    }

    [Fact]
    public async Task WallClock_SetBack_RepeatsNothing()
    {
        await Put("hourly", Hourly);
        Clock.Advance(TimeSpan.FromHours(1));

        Clock.StepWallClock(TimeSpan.FromMinutes(-30));
        Clock.Advance(TimeSpan.FromMinutes(35));
        Assert.Single(await Tasks());

        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, (await Tasks()).Count);
    }

    [Fact]
    public async Task WallClock_SetBackAndForwardAgain_MakesNothingLate()
    {
        var start = Clock.GetUtcNow();
        Clock.StepWallClock(TimeSpan.FromHours(-5));
        await Put("soon", $$$"""{"everySeconds":86400,"startAt":"{{{start.AddMinutes(10):O}}}","task":{"message":"Hei"}}""");

        Clock.StepWallClock(TimeSpan.FromHours(5));
        Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Empty(await Tasks());
        Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Single(await Tasks());
    }
}
