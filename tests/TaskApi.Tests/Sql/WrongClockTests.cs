using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Sql;

/// <summary>A machine that started with a wrong clock, which is then set right: how long something has been kept is a matter of elapsed time, over restarts too.</summary>
public sealed class WrongClockTests
{
    private static readonly IdempotencyKey _key = new(Digest.Of("key"), Digest.Of("body"));
    private static readonly TaskSpec[] _tasks = [new() { Message = "once", Schedule = new TaskSchedule(1) }];

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    [InlineData(-20_000)]
    public async Task Call_OfAMinuteAgo_IsKeptWhenTheClockHasBeenSetRight(int days)
    {
        using var engine = new SqlFixture();
        engine.Clock.StepWallClock(TimeSpan.FromDays(days));
        engine.Start();
        await CreateOnce(engine);
        SetRight(engine, -days);
        Assert.True((await CreateOnce(engine)).IsRepeat);

        engine.Restart();

        Assert.True((await CreateOnce(engine)).IsRepeat);
        engine.Clock.Advance(TimeSpan.FromHours(24));
        Assert.False((await CreateOnce(engine)).IsRepeat);
    }

    [Fact]
    public async Task Call_OfARunWithARightClock_IsForgottenInTimeAfterARunWithAWrongOne()
    {
        using var engine = new SqlFixture().Start();
        await CreateOnce(engine);
        engine.Stop();
        engine.Clock.StepWallClock(TimeSpan.FromDays(-3650));
        engine.Start();
        SetRight(engine, 3650);

        engine.Restart();

        Assert.True((await CreateOnce(engine)).IsRepeat);
        engine.Clock.Advance(TimeSpan.FromHours(24));
        Assert.False((await CreateOnce(engine)).IsRepeat);
    }

    [Fact]
    public async Task FinishedTask_OfAMinuteAgo_IsKeptForTheRetentionWhenTheClockHasBeenSetRight()
    {
        using var engine = new SqlFixture();
        engine.Clock.StepWallClock(TimeSpan.FromDays(-2));
        engine.Start();
        var task = await engine.Create(1);
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        SetRight(engine, 2);

        engine.Restart();

        Assert.NotNull(await engine.Find(task.Id));
        engine.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await engine.Find(task.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Attempt_OfARunWhoseClockWasAhead_EndsInTimeInTheNext(bool isSetRightMeanwhile)
    {
        using var engine = new SqlFixture();
        engine.Clock.StepWallClock(TimeSpan.FromDays(2));
        engine.Start();
        var (limited, leased) = (await engine.StartWork(leaseSeconds: 3600, attemptSeconds: 90), await engine.StartWork(leaseSeconds: 90));
        if (isSetRightMeanwhile) SetRight(engine, -2);

        engine.Stop();
        if (!isSetRightMeanwhile) SetRight(engine, -2);
        engine.Start();

        Assert.Equal(TaskState.Running, (await engine.Find(limited.Task.Id))!.State);
        engine.Clock.Advance(TimeSpan.FromMinutes(3));
        // The alarms that are over ring in the transaction of whatever comes next.
        await engine.Create(1000);
        Assert.NotEqual(TaskState.Running, (await engine.Find(limited.Task.Id))!.State);
        Assert.NotEqual(TaskState.Running, (await engine.Find(leased.Task.Id))!.State);
    }

    private static void SetRight(SqlFixture engine, int days)
    {
        engine.Clock.StepWallClock(TimeSpan.FromDays(days));
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
    }

    private static async Task<CreateOnceAnswer> CreateOnce(SqlFixture engine) =>
        await engine.Idempotency.CreateOnceAsync("", _key, _tasks, watch: false, CancellationToken.None);
}
