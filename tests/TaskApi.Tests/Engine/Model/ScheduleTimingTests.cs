using System.Globalization;
using TaskApi.Engine.Model;
using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Engine.Model;

/// <summary>When occurrences are.</summary>
public sealed class ScheduleTimingTests
{
    private static readonly DateTimeOffset _now = new(2026, 6, 15, 10, 0, 0, TimeSpan.Zero);

    /// <summary>The rows of the table in docs/schedules.md.</summary>
    public static TheoryData<string, string, string, string> ClockChanges()
    {
        var rows = new TheoryData<string, string, string, string>();
        foreach (var line in RepositoryFile.Read("docs/schedules.md").Split('\n'))
        {
            var cells = line.Replace("`", "", StringComparison.Ordinal).Split('|', StringSplitOptions.TrimEntries);
            if (cells is ["", var cron, var zone, var from, var next, ""] && from.EndsWith('Z'))
                rows.Add(cron, zone, from, next);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(ClockChanges))]
    public void Next_WhenClocksChange_IsAsDocumented(string cron, string zone, string from, string next)
    {
        var timing = new ScheduleTiming { Cron = cron, TimeZone = zone };
        var after = Instant(from);
        foreach (var expected in next.Split(", ").Select(Instant))
        {
            Assert.Equal(expected, timing.Next(after, _now));
            Assert.Equal(expected, timing.Last(expected, _now));
            after = expected;
        }
    }

    [Fact]
    public void ClockChanges_InTheDocument_AreFound() => Assert.True(ClockChanges().Count >= 20);

    // Whatever a zone does: a fixed time comes once a day, an interval every quarter of an hour, and neither comes again.
    [Fact]
    public void Next_WhenTheClocksOfAnyZoneChange_GoesOn()
    {
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones().Where(static zone => zone.HasIanaId))
        {
            foreach (var change in Changes(zone))
            {
                for (var hour = 0; hour < 5; hour++) AssertGoesOn($"30 {hour} * * *", TimeSpan.FromHours(22), TimeSpan.FromHours(26));
                AssertGoesOn("*/15 * * * *", TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(15));

                void AssertGoesOn(string cron, TimeSpan least, TimeSpan most)
                {
                    var timing = new ScheduleTiming { Cron = cron, TimeZone = zone.Id };
                    var last = timing.Last(change - (2 * most), _now)!.Value;
                    while (last < change + most)
                    {
                        var next = timing.Next(last, _now)!.Value;
                        Assert.True(next - last >= least && next - last <= most, $"{zone.Id}: {cron} from {last:O}: {next:O}");
                        Assert.Equal((next, last), (timing.Last(next, _now)!.Value, timing.Last(next.AddTicks(-1), _now)!.Value));
                        last = next;
                    }
                }
            }
        }
    }

    [Fact]
    public void Next_AtTheEndsOfTheCalendar_IsNever()
    {
        foreach (var zone in (string[])["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
        {
            var timing = new ScheduleTiming { Cron = "* * * * * *", TimeZone = zone };
            Assert.Null(timing.Next(DateTimeOffset.MaxValue, _now));
            Assert.Null(timing.Last(DateTimeOffset.MinValue, _now));
        }
    }

    [Fact]
    public void Next_OfAPeriod_IsCountedFromItsAnchor()
    {
        var timing = new ScheduleTiming { EverySeconds = 600 };

        Assert.Equal(_now.AddMinutes(10), timing.Next(_now, _now));
        Assert.Equal(_now.AddMinutes(20), timing.Next(_now.AddMinutes(10), _now));
        Assert.Equal(_now.AddMinutes(20), timing.Next(_now.AddMinutes(19.9), _now));
        Assert.Null(timing.Last(_now.AddMinutes(9.9), _now));
        Assert.Equal(_now.AddMinutes(10), timing.Last(_now.AddMinutes(19.9), _now));
    }

    [Fact]
    public void Next_WithStartAndEnd_LiesBetweenThem()
    {
        var period = new ScheduleTiming { EverySeconds = 600, StartAt = _now.AddMinutes(5), EndAt = _now.AddMinutes(15) };
        Assert.Equal(_now.AddMinutes(5), period.Next(_now, _now));
        Assert.Equal(_now.AddMinutes(15), period.Next(_now.AddMinutes(5), _now));
        Assert.Null(period.Next(_now.AddMinutes(15), _now));
        Assert.Equal(_now.AddMinutes(15), period.Last(_now.AddDays(1), _now));

        var cron = new ScheduleTiming { Cron = "0 * * * *", StartAt = _now.AddHours(1), EndAt = _now.AddHours(2) };
        Assert.Equal(_now.AddHours(1), cron.Next(_now, _now));
        Assert.Equal(_now.AddHours(2), cron.Next(_now.AddHours(1), _now));
        Assert.Null(cron.Next(_now.AddHours(2), _now));
        Assert.Null(cron.Last(_now, _now));
    }

    [Fact]
    public void Next_InAZoneThatIsUnknown_IsNever()
    {
        Assert.Null(new ScheduleTiming { Cron = "@daily", TimeZone = "Mars/Olympus" }.Next(_now, _now));
        Assert.Null(ScheduleTiming.FindZone("W. Europe Standard Time"));
        Assert.NotNull(ScheduleTiming.FindZone("UTC"));
        Assert.NotNull(ScheduleTiming.FindZone("Asia/Kolkata"));
    }

    private static List<DateTimeOffset> Changes(TimeZoneInfo zone)
    {
        var changes = new List<DateTimeOffset>();
        for (var at = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc); at.Year < 2028;)
        {
            var period = ZoneOffsets.Of(zone).At(at);
            if (period.Before != period.Offset) changes.Add(new DateTimeOffset(period.Start));
            at = period.End;
        }

        return changes;
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
