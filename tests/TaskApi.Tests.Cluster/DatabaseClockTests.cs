using TaskApi.Engine.Model;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>The database's clock as a node reckons it.</summary>
public sealed class DatabaseClockTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Clock_NodeAnHourOff_ShowsTheDatabasesTime()
    {
        var clock = new DatabaseClock(_time);
        var database = _time.GetUtcNow().AddHours(1);
        clock.Follow(database.ToUnixTimeMilliseconds() * 1000, TimeSpan.Zero);
        _time.StepWallClock(TimeSpan.FromHours(-5));
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(database.AddSeconds(3).ToUnixTimeMilliseconds(), clock.Now);
        Assert.Equal(clock.Now, clock.Wall);
        Assert.Equal(clock.Now + 250, clock.After(TimeSpan.FromMilliseconds(250)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(999)]
    public void Clock_DatabaseBetweenMilliseconds_IsNeverBehindIt(int microseconds)
    {
        var clock = new DatabaseClock(_time);
        var database = (_time.GetUtcNow().ToUnixTimeMilliseconds() * 1000) + microseconds;
        var asked = clock.Ticks.Elapsed;
        _time.Advance(TimeSpan.FromMicroseconds(300));

        clock.Follow(database, asked);

        Assert.InRange(clock.Now * 1000, database - microseconds, database + 1000);
        Assert.True(clock.After(TimeSpan.FromMilliseconds(10)) * 1000 >= database + 10_000);
    }

    [Fact]
    public void Schedule_DueAtAnInstant_IsThatInstantOfTheDatabase()
    {
        var clock = new DatabaseClock(_time);
        var database = _time.GetUtcNow().AddMinutes(-10);
        clock.Follow(database.ToUnixTimeMilliseconds() * 1000, TimeSpan.Zero);

        var due = clock.Resolve(new TaskSchedule(0, database.AddSeconds(5)));

        Assert.Equal((database.ToUnixTimeMilliseconds(), database.AddSeconds(5).ToUnixTimeMilliseconds(), 0, 5.0), (due.Now, due.At, due.DueOffset, due.DelaySeconds));
    }
}
