namespace TaskApi.Engine.Model;

/// <summary>
/// When the occurrences of a schedule are: the instants of a cron expression in a time zone, or equally spaced ones. Immutable. Two are equal if they
/// were asked for alike.
/// </summary>
internal sealed record ScheduleTiming
{
    // Compiled at the first use, and again in each process.
    private CronOccurrences? _occurrences;

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

    /// <summary>The zone of that name, or null. In other letters it isn't found, though .NET would find it there if somebody has asked for it in the right ones before.</summary>
    public static TimeZoneInfo? FindZone(string name) =>
        name.Length is > 0 and <= 128 && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && (zone.HasIanaId || name == "UTC")
        && (zone.Id == name || !zone.Id.Equals(name, StringComparison.OrdinalIgnoreCase)) ? zone : null;

    /// <summary>The first occurrence after an instant; null if there is none any more, or this machine's time zone data don't have the zone: none, rather than some at the wrong time.</summary>
    /// <param name="after">The instant.</param>
    /// <param name="anchor">From when equally spaced ones are counted, where <see cref="StartAt"/> doesn't say.</param>
    public DateTimeOffset? Next(DateTimeOffset after, DateTimeOffset anchor)
    {
        var from = StartAt is { } start && after < start ? start.AddTicks(-1) : after;
        var next = EverySeconds is { } seconds ? NextOfPeriod(from, anchor, TimeSpan.FromSeconds(seconds))
            : Occurrences?.Next(from.UtcDateTime);
        return next > EndAt ? null : next?.ToUniversalTime();
    }

    /// <summary>The last occurrence up to and including an instant; null if there is none.</summary>
    /// <inheritdoc cref="Next"/>
    public DateTimeOffset? Last(DateTimeOffset until, DateTimeOffset anchor)
    {
        var to = EndAt is { } end && until > end ? end : until;
        var last = EverySeconds is { } seconds ? LastOfPeriod(to, anchor, TimeSpan.FromSeconds(seconds)) : Occurrences?.Last(to.UtcDateTime);
        return last < StartAt ? null : last?.ToUniversalTime();
    }

    /// <inheritdoc/>
    public bool Equals(ScheduleTiming? other) =>
        other is not null && Cron == other.Cron && EverySeconds == other.EverySeconds && TimeZone == other.TimeZone && StartAt == other.StartAt && EndAt == other.EndAt;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Cron, EverySeconds, TimeZone, StartAt, EndAt);

    // Null where this machine's time zone data don't have the zone.
    private CronOccurrences? Occurrences => _occurrences ??= FindZone(TimeZone) is not { } zone ? null
        : new CronOccurrences(CronText.Parse(Cron!, out _)!, CronText.IsInterval(Cron!), ZoneOffsets.Of(zone));

    // All in UTC: elsewhere the calendar ends sooner. Null where it has no instant so late.
    private DateTimeOffset? First(DateTimeOffset anchor, TimeSpan period) => StartAt?.ToUniversalTime() ?? Step(anchor.ToUniversalTime(), period, 1);

    private DateTimeOffset? NextOfPeriod(DateTimeOffset after, DateTimeOffset anchor, TimeSpan period) =>
        First(anchor, period) is not { } first ? null : after < first ? first : Step(first, period, ((after - first).Ticks / period.Ticks) + 1);

    private DateTimeOffset? LastOfPeriod(DateTimeOffset until, DateTimeOffset anchor, TimeSpan period) =>
        First(anchor, period) is not { } first || until < first ? null : Step(first, period, (until - first).Ticks / period.Ticks);

    private static DateTimeOffset? Step(DateTimeOffset from, TimeSpan period, long count) =>
        count > (DateTimeOffset.MaxValue - from).Ticks / period.Ticks ? null : from.AddTicks(period.Ticks * count);
}
