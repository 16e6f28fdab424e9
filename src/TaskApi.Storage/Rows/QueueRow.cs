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
internal sealed record QueueRow(QueueName Queue, QueueSettings Settings, long Leaving)
{
    /// <summary>What <see cref="Read"/> takes.</summary>
    public const string Columns = "owner, name, max_running, max_per_key, rate_count, rate_seconds, paused, paused_until, leaving";

    /// <summary>The pause's end in Unix milliseconds.</summary>
    public long? PausedUntil => Settings.PausedUntil?.ToUnixTimeMilliseconds();

    /// <summary>Takes one from a reader of <see cref="Columns"/>.</summary>
    public static QueueRow Read(DbDataReader reader) => new(
        new QueueName(reader.GetInt32(0), reader.GetString(1)),
        new QueueSettings
        {
            MaxRunning = Number(reader, 2),
            Rate = Number(reader, 4) is { } count ? new QueueRate(count, reader.GetDouble(5)) : null,
            Paused = reader.GetInt64(6) != 0,
            PausedUntil = reader.IsDBNull(7) ? null : EngineClock.ToInstant(reader.GetInt64(7)),
        },
        reader.GetInt64(8));

    private static int? Number(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : (int)reader.GetInt64(column);
}
