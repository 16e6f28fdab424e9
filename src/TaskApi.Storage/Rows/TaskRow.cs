using System.Data.Common;
using System.Globalization;
using System.Text;
using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Storage.Rows;

/// <summary>One task as it stands in the database. Texts that clients choose are UTF-8 bytes there: they may hold any character.</summary>
internal sealed record TaskRow
{
    /// <summary>The columns in the order in which <see cref="Read"/> takes them.</summary>
    public const string Columns =
        "sequence, nonce, created, skew, due, lag, delay, timeout, owner, state, version, finished, zone, reason, detail, name, grp, message";

    /// <summary>How many columns these are.</summary>
    public const int ColumnCount = 18;

    /// <summary>The key: <see cref="TaskId.Sequence"/>.</summary>
    public required long Sequence { get; init; }

    /// <summary>The random bits of the id.</summary>
    public required uint Nonce { get; init; }

    /// <summary>When it was created, in Unix milliseconds.</summary>
    public required long Created { get; init; }

    /// <summary>By how much the id's time is later than <see cref="Created"/>: 0 unless the wall clock was stepped back.</summary>
    public long Skew { get; init; }

    /// <summary>The due time that clients see, in Unix milliseconds.</summary>
    public required long Due { get; init; }

    /// <summary>What to add to <see cref="Due"/> to get the same instant on the run's clock: 0 or 1, unless the wall clock was stepped in this run.</summary>
    public long DueOffset { get; init; }

    /// <summary>The delay last asked for, in seconds; null where it is what lies between <see cref="Created"/> and <see cref="Due"/>.</summary>
    public double? Delay { get; init; }

    /// <summary>When it times out, on the run's clock; null: never.</summary>
    public long? Timeout { get; init; }

    /// <summary>The owner's number.</summary>
    public required int Owner { get; init; }

    public TaskState State { get; init; }

    /// <summary>How often it has been rescheduled.</summary>
    public int Version { get; init; }

    /// <summary>When it reached its final state, in Unix milliseconds; null while pending.</summary>
    public long? Finished { get; init; }

    /// <summary>What to add to <see cref="Finished"/> to get the same instant on the retention clock. Written, but not read again.</summary>
    public long? FinishedOffset { get; init; }

    /// <summary>The server's offset from UTC at the completion, in minutes: the result stays as it is where the server is moved.</summary>
    public int Zone { get; init; }

    /// <summary>Null for the commonest reason, <see cref="TaskError.Cancelled"/>.</summary>
    public string? Reason { get; init; }

    public string? Detail { get; init; }

    public string? Name { get; init; }

    public string? Group { get; init; }

    public required string Message { get; init; }

    /// <summary>The instant, on the run's clock, at which it comes due.</summary>
    public long DueTick => Due + DueOffset;

    /// <summary>The delay as <see cref="Delay"/> keeps it.</summary>
    public static double? Shorten(double delaySeconds, long due, long created) => (due - created) / 1000.0 == delaySeconds ? null : delaySeconds;

    /// <summary>The task as it was before it finished: what is told of its creation, though it may have finished meanwhile.</summary>
    public TaskRow WhilePending() => State == TaskState.Pending ? this : this with { State = TaskState.Pending, Finished = null, Reason = null, Detail = null };

    /// <summary>Takes a row from a reader whose first columns are <see cref="Columns"/>.</summary>
    public static TaskRow Read(DbDataReader reader) => new()
    {
        Sequence = reader.GetInt64(0),
        Nonce = (uint)reader.GetInt64(1),
        Created = reader.GetInt64(2),
        Skew = reader.GetInt64(3),
        Due = reader.GetInt64(4),
        DueOffset = reader.GetInt64(5),
        Delay = reader.IsDBNull(6) ? null : reader.GetDouble(6),
        Timeout = reader.IsDBNull(7) ? null : reader.GetInt64(7),
        Owner = reader.GetInt32(8),
        State = (TaskState)reader.GetInt32(9),
        Version = reader.GetInt32(10),
        Finished = reader.IsDBNull(11) ? null : reader.GetInt64(11),
        Zone = reader.IsDBNull(12) ? 0 : reader.GetInt32(12),
        Reason = reader.IsDBNull(13) ? null : reader.GetString(13),
        Detail = ReadText(reader, 14),
        Name = ReadText(reader, 15),
        Group = reader.IsDBNull(16) ? null : reader.GetString(16),
        Message = ReadText(reader, 17)!,
    };

    /// <summary>The bytes that stand for a text that a client chose.</summary>
    public static byte[]? ToBytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    /// <summary>All of the id: where a database has gone back, another task may have the same sequence number.</summary>
    public TaskId Id => new(Created + Skew, Sequence, Nonce);

    /// <summary>True if the id is this task's and not one that has the same sequence number.</summary>
    public bool Has(TaskId id) => id == Id;

    /// <summary>The task as clients see it.</summary>
    public TaskSnapshot ToSnapshot(string owner)
    {
        DateTimeOffset? finishedAt = Finished is { } finished ? EngineClock.ToInstant(finished) : null;
        return new TaskSnapshot
        {
            Id = Id.ToGuid(),
            Owner = owner,
            Name = Name,
            Group = Group,
            Message = Message,
            DelaySeconds = Delay ?? ((Due - Created) / 1000.0),
            State = State,
            CreatedAt = EngineClock.ToInstant(Created),
            DueAt = EngineClock.ToInstant(Due),
            FinishedAt = finishedAt,
            Result = State == TaskState.Completed
                ? string.Create(CultureInfo.InvariantCulture, $"{finishedAt!.Value.AddMinutes(Zone):HH:mm:ss} {Message}")
                : null,
            Error = State is TaskState.Cancelled or TaskState.Failed ? new TaskError(Reason ?? TaskError.Cancelled, Detail) : null,
            Version = Version,
        };
    }

    private static string? ReadText(DbDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(ordinal));
}
