using System.Data.Common;
using System.Text;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>A schedule as a row of the database. Instants are in units of 100 ns since 1970.</summary>
internal sealed record ScheduleRow
{
    /// <summary>What <see cref="Read"/> takes.</summary>
    public const string Columns = "owner, name, anchor, cursor, next_at, waiting, last_at, last_task, created, updated, revision, definition";

    /// <summary>Whose it is, by name; empty where there are no keys.</summary>
    public required string Owner { get; init; }

    public required string Name { get; init; }

    public required long Anchor { get; init; }

    public required long Cursor { get; init; }

    /// <summary>When the next occurrence is, by the time zone data of whoever wrote the row; null: there is none.</summary>
    public long? Next { get; init; }

    public long? Waiting { get; init; }

    public long? LastAt { get; init; }

    public byte[]? LastTask { get; init; }

    public required long Created { get; init; }

    public required long Updated { get; init; }

    public required long Revision { get; init; }

    /// <summary><see cref="ScheduleDocument"/>.</summary>
    public required byte[] Definition { get; init; }

    /// <summary>The row of a schedule.</summary>
    public static ScheduleRow Of(ScheduleState schedule) => new ScheduleRow
    {
        Owner = schedule.Owner,
        Name = schedule.Name,
        Anchor = ToTicks(schedule.Anchor),
        Cursor = 0,
        Created = ToTicks(schedule.CreatedAt),
        Updated = ToTicks(schedule.UpdatedAt),
        Revision = 0,
        Definition = ScheduleDocument.Write(schedule.Definition),
    }.MoveTo(schedule);

    /// <summary>The same row where only the plan has gone on.</summary>
    public ScheduleRow MoveTo(ScheduleState schedule) => this with
    {
        Cursor = ToTicks(schedule.Cursor),
        Next = ToTicks(schedule.Next),
        Waiting = ToTicks(schedule.Waiting),
        LastAt = ToTicks(schedule.LastRun?.At),
        LastTask = schedule.LastRun?.Task.ToByteArray(bigEndian: true),
        Revision = schedule.Revision,
    };

    /// <summary>The schedule.</summary>
    public ScheduleState ToState() => new()
    {
        Owner = Owner,
        Name = Name,
        Definition = ScheduleDocument.Read(Definition),
        Anchor = ToInstant(Anchor),
        Cursor = ToInstant(Cursor),
        LastRun = LastAt is { } at && LastTask is { } task ? new ScheduledRun(ToInstant(at), new Guid(task, bigEndian: true)) : null,
        Waiting = Waiting is { } waiting ? ToInstant(waiting) : null,
        CreatedAt = ToInstant(Created),
        UpdatedAt = ToInstant(Updated),
        Revision = Revision,
    };

    /// <summary>Takes one from a reader of <see cref="Columns"/>.</summary>
    public static ScheduleRow Read(DbDataReader reader) => new()
    {
        Owner = Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(0)),
        Name = reader.GetString(1),
        Anchor = reader.GetInt64(2),
        Cursor = reader.GetInt64(3),
        Next = ReadNumber(reader, 4),
        Waiting = ReadNumber(reader, 5),
        LastAt = ReadNumber(reader, 6),
        LastTask = reader.IsDBNull(7) ? null : reader.GetFieldValue<byte[]>(7),
        Created = reader.GetInt64(8),
        Updated = reader.GetInt64(9),
        Revision = reader.GetInt64(10),
        Definition = reader.GetFieldValue<byte[]>(11),
    };

    /// <summary>An owner as the database has him.</summary>
    public static byte[] ToBytes(string owner) => Encoding.UTF8.GetBytes(owner);

    /// <summary>An instant as the database has it.</summary>
    public static long ToTicks(DateTimeOffset instant) => instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;

    /// <inheritdoc cref="ToTicks(DateTimeOffset)"/>
    public static long? ToTicks(DateTimeOffset? instant) => instant is { } known ? ToTicks(known) : null;

    /// <summary>The instant.</summary>
    public static DateTimeOffset ToInstant(long ticks) => DateTimeOffset.UnixEpoch.AddTicks(ticks);

    private static long? ReadNumber(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
