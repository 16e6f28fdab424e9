using System.Globalization;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>Parses instants as RFC 3339 writes them: date, T, time, fraction if any, and an offset, which is not optional.</summary>
internal static class Rfc3339
{
    private const string Head = "yyyy-MM-ddTHH:mm:ss";

    private const int Seconds = 17;

    /// <summary>
    /// The instant in UTC, rounded up to a whole millisecond so that nothing due then can come early. A leap second, which only
    /// 23:59 UTC may have, is taken as the second after it: the clocks here have none.
    /// </summary>
    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length <= Head.Length || text.Length > 64)
            return false;
        Span<char> head = stackalloc char[Head.Length];
        text.AsSpan(0, Head.Length).CopyTo(head);
        if (head[10] is 't')
            head[10] = 'T';
        var isLeap = head[Seconds..] is "60";
        if (isLeap)
            "59".CopyTo(head[Seconds..]);
        if (!DateTime.TryParseExact(head, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return false;

        var rest = text.AsSpan(Head.Length);
        if (!TryTakeFraction(ref rest, out var milliseconds) || !TryParseOffset(rest, out var offset))
            return false;
        var ticks = local.Ticks - offset.Ticks;
        if (isLeap && (ticks + TimeSpan.TicksPerSecond) % TimeSpan.TicksPerDay != 0)
            return false;
        ticks += (milliseconds * TimeSpan.TicksPerMillisecond) + (isLeap ? TimeSpan.TicksPerSecond : 0);
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            return false;
        instant = new(ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>The instant that a field gives; null if it gives none, or none that can be read, which is noted.</summary>
    public static DateTimeOffset? Read(string? text, string field, FieldErrors errors)
    {
        if (text is null)
            return null;
        if (TryParse(text, out var instant))
            return instant;
        errors.Add(field, "must be an instant as RFC 3339 writes it, with an offset: 2026-03-01T09:00:00Z.");
        return null;
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<char> rest, out int milliseconds)
    {
        milliseconds = 0;
        if (rest is not ['.', ..])
            return true;
        var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0)
            return false;
        var fraction = rest.Slice(1, digits);
        for (var i = 0; i < 3; i++)
            milliseconds = (milliseconds * 10) + (i < digits ? fraction[i] - '0' : 0);
        if (digits > 3 && fraction[3..].ContainsAnyExcept('0'))
            milliseconds++;
        rest = rest[(digits + 1)..];
        return true;
    }

    private static bool TryParseOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text is ['Z' or 'z'])
            return true;
        if (text is not ['+' or '-', _, _, ':', _, _]
            || !int.TryParse(text.Slice(1, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(text.Slice(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            || hours > 23 || minutes > 59)
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0);
        if (text[0] == '-')
            offset = -offset;
        return true;
    }
}
