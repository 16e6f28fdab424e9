using System.Data.Common;
using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Storage.Rows;

/// <summary>A queue, as work names it.</summary>
/// <param name="Owner">The owner's number.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct QueueName(int Owner, string Name);

/// <summary>What has been set of a queue.</summary>
/// <param name="Queue">Which.</param>
/// <param name="Settings">That.</param>
/// <param name="Leaving">Since when it goes back to the defaults, on the retention clock: tasks may still wait in it as in a bounded one; 0 if it doesn't.</param>
/// <param name="IsKeyed">True if it counts by keys, or has done so: then its tasks are in lanes.</param>
internal sealed record QueueRow(QueueName Queue, QueueSettings Settings, long Leaving, bool IsKeyed = false)
{
    /// <summary>What <see cref="Read"/> takes.</summary>
    public const string Columns = "owner, name, max_running, max_per_key, rate_count, rate_seconds, paused, paused_until, leaving, keyed, held, held_until";

    // Nodes of the version before would take from such a queue without counting by keys: to them it is paused for good.
    private bool IsHidden => Settings.MaxRunningPerKey is not null;

    /// <summary>1 if it counts by keys, or has done so; else 0.</summary>
    public long Keyed => IsKeyed ? 1 : 0;

    /// <summary>1 if it is paused, to whoever doesn't know of keys; else 0.</summary>
    public long Paused => IsHidden || Settings.Paused ? 1 : 0;

    /// <summary>The end of that pause in Unix milliseconds.</summary>
    public long? PausedUntil => IsHidden ? null : Until;

    /// <summary>1 if a queue that counts by keys is paused; else 0.</summary>
    public long Held => IsHidden && Settings.Paused ? 1 : 0;

    /// <summary>The end of that pause in Unix milliseconds.</summary>
    public long? HeldUntil => IsHidden ? Until : null;

    private long? Until => Settings.PausedUntil?.ToUnixTimeMilliseconds();

    /// <summary>Takes one from a reader of <see cref="Columns"/>.</summary>
    public static QueueRow Read(DbDataReader reader)
    {
        var perKey = Number(reader, 3);
        var (paused, until) = perKey is null ? (6, 7) : (10, 11);
        var settings = new QueueSettings
        {
            MaxRunning = Number(reader, 2),
            MaxRunningPerKey = perKey,
            Rate = Number(reader, 4) is { } count ? new QueueRate(count, reader.GetDouble(5)) : null,
            Paused = reader.GetInt64(paused) != 0,
            PausedUntil = reader.IsDBNull(until) ? null : EngineClock.ToInstant(reader.GetInt64(until)),
        };
        return new QueueRow(new QueueName(reader.GetInt32(0), reader.GetString(1)), settings, reader.GetInt64(8), reader.GetInt64(9) != 0);
    }

    private static int? Number(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : (int)reader.GetInt64(column);
}
