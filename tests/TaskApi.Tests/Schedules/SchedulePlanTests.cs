using TaskApi.Engine.Model;
using TaskApi.Engine.Schedules;

namespace TaskApi.Tests.Schedules;

/// <summary>Which occurrences run.</summary>
public sealed class SchedulePlanTests
{
    private static readonly DateTimeOffset _now = new(2026, 6, 15, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Due_InTime_RunsAll()
    {
        var schedule = Of(new ScheduleTiming { EverySeconds = 10 }, MissedOccurrences.None);

        Assert.Empty(SchedulePlan.Due(schedule, _now.AddSeconds(9.9)).Runs);
        Assert.Equal([_now.AddSeconds(10)], SchedulePlan.Due(schedule, _now.AddSeconds(10)).Runs);
        // Late, but not missed.
        Assert.Equal(Enumerable.Range(1, 6).Select(static i => _now.AddSeconds(10 * i)), SchedulePlan.Due(schedule, _now.AddSeconds(69)).Runs);
    }

    [Fact]
    public void Due_AfterAWeekAsleep_RunsWhatWasAskedFor()
    {
        var timing = new ScheduleTiming { Cron = "0 * * * *" };
        var then = _now.AddDays(7).AddMinutes(30);

        Assert.Equal([_now.AddDays(7)], SchedulePlan.Due(Of(timing, MissedOccurrences.One), then).Runs);
        Assert.Empty(SchedulePlan.Due(Of(timing, MissedOccurrences.None), then).Runs);
        Assert.Equal(Enumerable.Range(1, 168).Select(static i => _now.AddHours(i)), SchedulePlan.Due(Of(timing, MissedOccurrences.All), then).Runs);
        // One that came due in the last minute wasn't missed.
        Assert.Equal([_now.AddDays(7)], SchedulePlan.Due(Of(timing, MissedOccurrences.None), _now.AddDays(7).AddSeconds(20)).Runs);
        Assert.Equal(SchedulePlan.MostAtOnce, SchedulePlan.Due(Of(new ScheduleTiming { EverySeconds = 1 }, MissedOccurrences.All), then).Runs.Count);
    }

    // In time or late, run or not: what has come due is behind it, and what comes next is the first after.
    [Theory]
    [InlineData(MissedOccurrences.One, 90)]
    [InlineData(MissedOccurrences.All, 90)]
    [InlineData(MissedOccurrences.None, 90)]
    [InlineData(MissedOccurrences.All, 600_000)]
    [InlineData(MissedOccurrences.None, 600_000)]
    [InlineData(MissedOccurrences.None, 0.5)]
    internal void Due_Whenever_IsUntilTheLastThatHasCome(MissedOccurrences missed, double minutes)
    {
        foreach (var timing in (ScheduleTiming[])[new() { Cron = "* * * * *", TimeZone = "Europe/Helsinki" }, new() { EverySeconds = 60 }])
        {
            var (schedule, now) = (Of(timing, missed), _now.AddMinutes(minutes));
            var (runs, until) = SchedulePlan.Due(schedule, now);

            Assert.Equal(minutes < 1 ? _now : _now.AddMinutes(Math.Floor(minutes)), until);
            Assert.All(runs, at => Assert.InRange(at, _now.AddTicks(1), until));
        }
    }

    [Fact]
    public void Due_WhilePaused_IsNothing()
    {
        var paused = Of(new ScheduleTiming { EverySeconds = 10 }, MissedOccurrences.All);
        paused = paused.Change(paused.Definition with { Paused = true }, _now.AddSeconds(5));
        Assert.Empty(SchedulePlan.Due(paused, _now.AddDays(1)).Runs);

        var resumed = paused.Change(paused.Definition with { Paused = false }, _now.AddSeconds(35));
        Assert.Equal([_now.AddSeconds(40)], SchedulePlan.Due(resumed, _now.AddSeconds(40)).Runs);
    }

    [Fact]
    public void Next_OfAPeriod_IsOnAWholeMillisecond()
    {
        var definition = Of(new ScheduleTiming { EverySeconds = 60 }, MissedOccurrences.One).Definition;
        var then = _now.AddTicks(12_345);
        var schedule = ScheduleState.Create("", "s", definition, then);
        var other = schedule.Change(definition with { Timing = new ScheduleTiming { EverySeconds = 30 } }, then);

        Assert.Equal((_now.AddMilliseconds(60_001), _now.AddMilliseconds(30_001)), (schedule.Next, other.Next));
    }

    [Fact]
    public void Change_OfTheTaskAlone_LeavesThePlan()
    {
        var schedule = Of(new ScheduleTiming { EverySeconds = 60 }, MissedOccurrences.One);
        var same = schedule.Change(schedule.Definition with { Task = schedule.Definition.Task with { Message = "Hei" } }, _now.AddSeconds(59));
        var other = schedule.Change(schedule.Definition with { Timing = new ScheduleTiming { EverySeconds = 30 } }, _now.AddSeconds(59));

        Assert.Equal(_now.AddSeconds(60), same.Next);
        Assert.Equal(_now.AddSeconds(89), other.Next);
    }

    [Theory]
    [InlineData(OverlapRule.Allow, true, false, OccurrenceFate.Starts)]
    [InlineData(OverlapRule.Skip, true, false, OccurrenceFate.PassedOver)]
    [InlineData(OverlapRule.Skip, false, false, OccurrenceFate.Starts)]
    [InlineData(OverlapRule.Cancel, true, false, OccurrenceFate.StartsInstead)]
    [InlineData(OverlapRule.Cancel, false, false, OccurrenceFate.Starts)]
    [InlineData(OverlapRule.Wait, true, false, OccurrenceFate.Waits)]
    [InlineData(OverlapRule.Wait, true, true, OccurrenceFate.PassedOver)]
    [InlineData(OverlapRule.Wait, false, true, OccurrenceFate.PassedOver)]
    [InlineData(OverlapRule.Wait, false, false, OccurrenceFate.Starts)]
    internal void Decide_AnOccurrence_IsByTheRule(OverlapRule rule, bool isRunning, bool waits, OccurrenceFate expected) =>
        Assert.Equal(expected, SchedulePlan.Decide(rule, isRunning, waits));

    private static ScheduleState Of(ScheduleTiming timing, MissedOccurrences missed) => ScheduleState.Create("", "s", new ScheduleDefinition
    {
        Timing = timing,
        Missed = missed,
        Task = new TaskSpec { Message = "Hello", Schedule = default },
    }, _now);
}
