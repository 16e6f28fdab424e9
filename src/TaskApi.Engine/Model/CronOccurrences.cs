using Cronos;

namespace TaskApi.Engine.Model;

/// <summary>
/// The instants of a cron expression in a time zone. Cronos says which times of a clock it means; when clocks show them is found here, by the rules of
/// cron: what falls into a gap runs at its end, and of what comes twice a fixed time runs once, the first time, and an interval both times. Thread-safe.
/// </summary>
/// <param name="cron">The expression.</param>
/// <param name="isInterval">True if it goes on through a time that comes twice: <see cref="CronText.IsInterval"/>.</param>
/// <param name="zone">The zone.</param>
internal sealed class CronOccurrences(CronExpression cron, bool isInterval, ZoneOffsets zone)
{
    /// <summary>The first one after an instant; null if there is none any more.</summary>
    /// <param name="after">The instant, of UTC.</param>
    public DateTimeOffset? Next(DateTime after)
    {
        // The calendar has an end.
        if (after.Year == DateTime.MaxValue.Year) return null;
        var period = zone.At(after);
        var (wall, first) = (period.Wall(after), period.FirstWall(isInterval));
        for (var next = wall < first ? cron.GetNextOccurrence(first, inclusive: true) : cron.GetNextOccurrence(wall); next is { } time;)
        {
            var at = period.Instant(time);
            if (at < period.End) return new DateTimeOffset(at);
            var following = zone.At(period.End);
            if (following.Start == period.Start) return null;
            if (time < following.Wall(following.Start)) return new DateTimeOffset(following.Start);
            if (isInterval && following.Offset < period.Offset) next = cron.GetNextOccurrence(following.Wall(following.Start), inclusive: true);
            period = following;
        }

        return null;
    }

    /// <summary>The last one up to and including an instant; null if there is none.</summary>
    /// <param name="until">The instant, of UTC.</param>
    public DateTimeOffset? Last(DateTime until)
    {
        if (until.Year == DateTime.MinValue.Year) return null;
        var period = zone.At(until);
        for (var last = cron.GetPreviousOccurrence(period.Wall(until), inclusive: true); last is { } time;)
        {
            if (time >= period.FirstWall(isInterval)) return new DateTimeOffset(period.Instant(time));
            if (period.Start == DateTime.MinValue) return null;
            var earlier = zone.At(period.Start.AddTicks(-1));
            // It would have been shown between the two, and ran when the later one began.
            if (earlier.Offset < period.Offset && time >= earlier.Wall(period.Start)) return new DateTimeOffset(period.Start);
            if (earlier.Offset > period.Offset) last = cron.GetPreviousOccurrence(earlier.Wall(period.Start));
            period = earlier;
        }

        return null;
    }
}
