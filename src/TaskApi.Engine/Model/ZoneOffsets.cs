using System.Collections.Concurrent;

namespace TaskApi.Engine.Model;

/// <summary>
/// How far the clocks of a time zone are from UTC, and when that changes. Asked of the system for one instant after the other: what else it says of a
/// zone (when its clocks change, and which of its times come twice) is wrong where winter is the exception (Europe/Dublin, Africa/Casablanca). Thread-safe.
/// </summary>
internal sealed class ZoneOffsets
{
    // Clocks don't change there and back within it.
    private static readonly TimeSpan _probe = TimeSpan.FromHours(12);

    // As many as there are zones.
    private static readonly ConcurrentDictionary<string, ZoneOffsets> _zones = new();

    private readonly TimeZoneInfo _zone;
    private readonly ConcurrentDictionary<int, ZonePeriod[]> _years = new();

    private ZoneOffsets(TimeZoneInfo zone) => _zone = zone;

    /// <summary>Those of a zone.</summary>
    public static ZoneOffsets Of(TimeZoneInfo zone) => _zones.GetOrAdd(zone.Id, static (_, zone) => new ZoneOffsets(zone), zone);

    /// <summary>The period in which an instant lies.</summary>
    /// <param name="utc">The instant.</param>
    public ZonePeriod At(DateTime utc)
    {
        // What lies far away is asked for by few, and not kept.
        var periods = utc.Year is < 1970 or > 2100 ? Reckon(utc.Year) : _years.TryGetValue(utc.Year, out var known) ? known : _years.GetOrAdd(utc.Year, Reckon);
        foreach (var period in periods)
        {
            if (utc < period.End) return period;
        }

        return periods[^1];
    }

    private ZonePeriod[] Reckon(int year)
    {
        var start = new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var end = year == DateTime.MaxValue.Year ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc) : start.AddYears(1);
        var (before, offset) = (year == 1 ? OffsetAt(start) : OffsetAt(start.AddTicks(-1)), OffsetAt(start));
        var periods = new List<ZonePeriod>(3);
        for (var looked = start; looked < end;)
        {
            var until = end - looked > _probe ? looked + _probe : end;
            if (OffsetAt(until.AddTicks(-1)) == offset)
            {
                looked = until;
                continue;
            }

            looked = Change(looked, until.AddTicks(-1), offset);
            var change = Whole(looked);
            if (change >= end) break;
            periods.Add(new ZonePeriod(start, change, offset, before));
            (start, before, offset) = (change, offset, OffsetAt(looked));
        }

        periods.Add(new ZonePeriod(start, end, offset, before));
        return [.. periods];
    }

    // The first instant with another one.
    private DateTime Change(DateTime before, DateTime after, TimeSpan offset)
    {
        while (after - before > TimeSpan.FromTicks(1))
        {
            var middle = before + ((after - before) / 2);
            if (OffsetAt(middle) == offset) before = middle;
            else after = middle;
        }

        return after;
    }

    // The system has some changes a millisecond early or late.
    private static DateTime Whole(DateTime change) => new((change.Ticks + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc);

    private TimeSpan OffsetAt(DateTime utc) => _zone.GetUtcOffset(utc);
}

/// <summary>A time in which the clocks of a zone don't change, within a year.</summary>
/// <param name="Start">Its first instant.</param>
/// <param name="End">The first instant after it.</param>
/// <param name="Offset">How far clocks are ahead of UTC.</param>
/// <param name="Before">How far they were before it: where that is more, its first times come for the second time.</param>
internal readonly record struct ZonePeriod(DateTime Start, DateTime End, TimeSpan Offset, TimeSpan Before)
{
    /// <summary>What the clocks show at an instant, or would show: the times of UTC stand for those of a clock.</summary>
    public DateTime Wall(DateTime utc) => Shift(utc, Offset);

    /// <summary>When the clocks show a time, if they do in this period.</summary>
    public DateTime Instant(DateTime wall) => Shift(wall, -Offset);

    /// <summary>The first time that is shown in it; for what runs once, the first that hasn't been shown before.</summary>
    public DateTime FirstWall(bool twice) => Shift(Start, twice || Before < Offset ? Offset : Before);

    private static DateTime Shift(DateTime time, TimeSpan by) => new(Math.Clamp(time.Ticks + by.Ticks, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
}
