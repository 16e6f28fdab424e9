using Cronos;

namespace TaskApi.Engine.Model;

/// <summary>
/// When the occurrences of a schedule are: the instants of a cron expression in a time zone, or equally spaced ones. Immutable. Two are equal if they
/// were asked for alike.
/// </summary>
internal sealed record ScheduleTiming
{
    // A zone may leave out a whole day.
    private static readonly TimeSpan _longestGap = TimeSpan.FromDays(2);

    // Compiled at the first use, and again in each process.
    private CronExpression? _cron;
    private TimeZoneInfo? _zone;

    /// <summary>The expression (<see cref="CronText"/>); null where <see cref="EverySeconds"/> says when.</summary>
    public string? Cron { get; init; }

    /// <summary>The period in whole seconds, as <see cref="FieldRules.PeriodSeconds"/> allows; null where <see cref="Cron"/> says when.</summary>
    public long? EverySeconds { get; init; }

    /// <summary>The name of the time zone, of the IANA's database, in which the expression is read.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>There is none before; null: no bound.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>There is none after; null: no bound.</summary>
    public DateTimeOffset? EndAt { get; init; }

    /// <summary>The zone of that name, or null.</summary>
    public static TimeZoneInfo? FindZone(string name) =>
        name.Length is > 0 and <= 128 && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && (zone.HasIanaId || name == "UTC") ? zone : null;

    /// <summary>The first occurrence after an instant; null if there is none any more, or this machine's time zone data don't have the zone: none, rather than some at the wrong time.</summary>
    /// <param name="after">The instant.</param>
    /// <param name="anchor">From when equally spaced ones are counted, where <see cref="StartAt"/> doesn't say.</param>
    public DateTimeOffset? Next(DateTimeOffset after, DateTimeOffset anchor)
    {
        var from = StartAt is { } start && after < start ? start.AddTicks(-1) : after;
        var next = EverySeconds is { } seconds ? NextOfPeriod(from, anchor, TimeSpan.FromSeconds(seconds))
            : Zone is { } zone ? Expression.GetNextOccurrence(from.ToUniversalTime(), zone) : null;
        return next > EndAt ? null : next?.ToUniversalTime();
    }

    /// <summary>The last occurrence up to and including an instant; null if there is none.</summary>
    /// <inheritdoc cref="Next"/>
    public DateTimeOffset? Last(DateTimeOffset until, DateTimeOffset anchor)
    {
        var to = EndAt is { } end && until > end ? end : until;
        var last = EverySeconds is { } seconds
            ? LastOfPeriod(to, anchor, TimeSpan.FromSeconds(seconds))
            : Zone is { } zone ? LastOfCron(to.ToUniversalTime(), Expression, zone) : null;
        return last < StartAt ? null : last?.ToUniversalTime();
    }

    /// <inheritdoc/>
    public bool Equals(ScheduleTiming? other) =>
        other is not null && Cron == other.Cron && EverySeconds == other.EverySeconds && TimeZone == other.TimeZone && StartAt == other.StartAt && EndAt == other.EndAt;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Cron, EverySeconds, TimeZone, StartAt, EndAt);

    // Where clocks go forward, the library looks back to what it doesn't find when it looks ahead: what it finds ahead is what counts.
    private static DateTimeOffset? LastOfCron(DateTimeOffset until, CronExpression cron, TimeZoneInfo zone)
    {
        for (var to = until; cron.GetPreviousOccurrence(to, zone, inclusive: true) is { } near; to = near - _longestGap)
        {
            if (cron.GetNextOccurrence(near.AddTicks(-1), zone) == near && !(cron.GetNextOccurrence(near, zone) <= until)) return near;
            DateTimeOffset? last = null;
            for (var next = cron.GetNextOccurrence(near - _longestGap, zone); next <= until; next = cron.GetNextOccurrence(next.Value, zone)) last = next;
            if (last is not null) return last;
        }

        return null;
    }

    private CronExpression Expression => _cron ??= CronText.Parse(Cron!, out _)!;

    private TimeZoneInfo? Zone => _zone ??= FindZone(TimeZone);

    private DateTimeOffset First(DateTimeOffset anchor, TimeSpan period) => StartAt ?? anchor + period;

    private DateTimeOffset NextOfPeriod(DateTimeOffset after, DateTimeOffset anchor, TimeSpan period)
    {
        var first = First(anchor, period);
        return after < first ? first : first + (period * (((after - first).Ticks / period.Ticks) + 1));
    }

    private DateTimeOffset? LastOfPeriod(DateTimeOffset until, DateTimeOffset anchor, TimeSpan period)
    {
        var first = First(anchor, period);
        return until < first ? null : first + (period * ((until - first).Ticks / period.Ticks));
    }
}
