using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Schedules;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Tests.Sql;

/// <summary>Schedules in a database: what a restart and a broken disk leave of them, and how they are found.</summary>
public sealed class ScheduleOnDiskTests
{
    [Fact]
    public async Task Restart_Schedule_IsAsItWas()
    {
        using var engine = new SqlFixture().Start();
        var schedule = await Put(engine, new ScheduleTiming { Cron = "0 8 * * MON", TimeZone = "Europe/Oslo" });
        var moved = (await Step(engine, schedule)).Schedule!;

        engine.Restart();

        Assert.Equal(moved, await engine.Schedules.FindAsync("", "s", CancellationToken.None));
        Assert.Equal(moved.Next, await engine.Schedules.FirstDueAsync(CancellationToken.None));
        Assert.Equal(AnswerStatus.ConditionFailed, (await Step(engine, schedule)).Status);
    }

    [Fact]
    public async Task Restart_WithOtherRulesOfAZone_FindsOccurrencesByThem()
    {
        using var engine = new SqlFixture().Start();
        var schedule = await Put(engine, new ScheduleTiming { Cron = "0 8 * * *", TimeZone = "Europe/Oslo" });
        engine.Stop();
        // As it would have been reckoned by others; and for a zone that was unknown.
        engine.Execute("UPDATE schedules SET next_at = next_at + 36000000000");
        engine.Start();
        Assert.Equal(schedule.Next, await engine.Schedules.FirstDueAsync(CancellationToken.None));

        engine.Stop();
        engine.Execute("UPDATE schedules SET next_at = NULL");
        engine.Start();
        Assert.Equal(schedule.Next, await engine.Schedules.FirstDueAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(MissedOccurrences.One, 1)]
    [InlineData(MissedOccurrences.All, 168)]
    [InlineData(MissedOccurrences.None, 0)]
    internal async Task Restart_AfterAWeek_MakesWhatWasMissedAsAskedFor(MissedOccurrences missed, int expected)
    {
        using var engine = new SqlFixture().Start();
        var schedule = await Put(engine, new ScheduleTiming { EverySeconds = 3600 }, missed);
        engine.Stop();
        engine.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(30));
        engine.Start();

        var now = engine.Clock.GetUtcNow();
        var stepper = new ScheduleStepper(engine.Schedules, engine.Storage, engine.Storage, engine.Storage);
        var due = await engine.Schedules.FindDueAsync(now, 10, CancellationToken.None);
        var moved = Assert.Single(await engine.Schedules.StepAsync(await stepper.PlanAsync(due, now, CancellationToken.None), CancellationToken.None)).Schedule!;

        Assert.Equal(expected, (await engine.Stats()).Created);
        Assert.Equal(schedule.Anchor.AddHours(169), moved.Next);
    }

    [Fact]
    public async Task Step_WhileTheDiskIsBroken_DoesNothingAndCanBeRepeated()
    {
        using var engine = new SqlFixture().Start();
        var schedule = await Put(engine, new ScheduleTiming { EverySeconds = 60 });
        engine.Database.BreakDisk();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Step(engine, schedule));
        Assert.Equal(AnswerStatus.StorageUnavailable, (await engine.Schedules.ChangeAsync("", "s", before => before!.Change(before.Definition, engine.Clock.GetUtcNow()), condition: null, CancellationToken.None)).Status);
        Assert.Equal(AnswerStatus.StorageUnavailable, await engine.Schedules.DeleteAsync("", "s", condition: null, CancellationToken.None));
        Assert.Equal((schedule, 0), (await engine.Schedules.FindAsync("", "s", CancellationToken.None), (await engine.Stats()).Created));

        engine.Database.MendDisk();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(AnswerStatus.Ok, (await Step(engine, schedule)).Status);
        Assert.Equal(1, (await engine.Stats()).Created);
    }

    [Fact]
    public async Task Occurrence_WhoseLastTaskCannotBeCancelledNow_ComesWhenItCan()
    {
        using var engine = new SqlFixture().Start();
        var schedule = await Put(engine, new ScheduleTiming { EverySeconds = 30 }, overlap: OverlapRule.Cancel);
        await Step(engine, schedule);
        engine.Clock.Advance(TimeSpan.FromSeconds(61));
        var stepper = new ScheduleStepper(engine.Schedules, engine.Storage, engine.Storage, engine.Storage);
        var due = await engine.Schedules.FindDueAsync(engine.Clock.GetUtcNow(), 10, CancellationToken.None);
        engine.Database.BreakDisk();

        Assert.Empty(await stepper.PlanAsync(due, engine.Clock.GetUtcNow(), CancellationToken.None));

        engine.Database.MendDisk();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(await stepper.PlanAsync(due, engine.Clock.GetUtcNow(), CancellationToken.None));
        Assert.Equal(1, (await engine.Stats()).Cancelled);
    }

    [Theory]
    [InlineData(ScheduleReads.Due, "schedules_next")]
    [InlineData(ScheduleReads.FirstDue, "schedules_next")]
    [InlineData(ScheduleReads.Waiting, "schedules_waiting")]
    [InlineData(ScheduleReads.List, "sqlite_autoindex_schedules_1")]
    [InlineData(ScheduleReads.All, "sqlite_autoindex_schedules_1")]
    public void Read_OfSchedules_FollowsItsIndex(string statement, string index)
    {
        using var engine = new SqlFixture().Start();
        using var connection = engine.Connect();
        using var explain = connection.CreateCommand();
        explain.CommandText = $"EXPLAIN QUERY PLAN {statement}";
        foreach (var name in (string[])["@owner", "@after", "@limit", "@now"]) explain.Parameters.AddWithValue(name, 1);
        using var plan = explain.ExecuteReader();
        var lines = new List<string>();
        while (plan.Read()) lines.Add(plan.GetString(3));

        Assert.Contains(index, Assert.Single(lines), StringComparison.Ordinal);
    }

    private static async Task<ScheduleState> Put(SqlFixture engine, ScheduleTiming timing, MissedOccurrences missed = MissedOccurrences.One, OverlapRule overlap = OverlapRule.Allow)
    {
        var definition = new ScheduleDefinition { Timing = timing, Missed = missed, Overlap = overlap, Task = new TaskSpec { Message = "Hei", Schedule = default } };
        var answer = await engine.Schedules.ChangeAsync("", "s", _ => ScheduleState.Create("", "s", definition, engine.Clock.GetUtcNow()), condition: null, CancellationToken.None);
        return answer.Schedule!;
    }

    private static async Task<ScheduleStepAnswer> Step(SqlFixture engine, ScheduleState read)
    {
        var at = read.Next!.Value;
        return Assert.Single(await engine.Schedules.StepAsync([new ScheduleStep(read, at, Waiting: null, [new ScheduledTask(at, read.Definition.Task with { Schedule = new TaskSchedule(100) })])], CancellationToken.None));
    }
}
