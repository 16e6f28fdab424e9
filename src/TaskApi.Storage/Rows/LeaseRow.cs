using System.Data.Common;
using System.Text;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>What of a task with work tells whether a lease is good, and what its worker has to know.</summary>
internal sealed class LeaseRow
{
    /// <summary>What <see cref="Read"/> takes.</summary>
    public const string Columns = """
        tasks.sequence, tasks.nonce, tasks.created + tasks.skew, tasks.owner, work.running, work.attempt, work.secret, work.reason, work.detail, work.grace_at,
        work.cancel_seen, work.attempts, work.beat
        """;

    public required long Sequence { get; init; }

    public required Guid Task { get; init; }

    /// <summary>The owner's number.</summary>
    public required int Owner { get; init; }

    public required bool IsRunning { get; init; }

    /// <summary>The token of the attempt that runs, or was the last.</summary>
    public required LeaseToken Token { get; init; }

    /// <summary>Why it is asked to end; null if it isn't.</summary>
    public required TaskError? Request { get; init; }

    /// <summary>Until when it may clean up, in Unix milliseconds.</summary>
    public required long GraceAt { get; init; }

    public required bool IsCancelSeen { get; init; }

    /// <summary>Those that are over: <see cref="AttemptLog"/>.</summary>
    public required byte[]? Attempts { get; init; }

    /// <summary>True if its lease goes by its worker's sign of life.</summary>
    public required bool IsAttached { get; init; }

    /// <summary>Takes one from a reader of <see cref="Columns"/>.</summary>
    public static LeaseRow Read(DbDataReader reader)
    {
        var task = new TaskId(reader.GetInt64(2), reader.GetInt64(0), (uint)reader.GetInt64(1)).ToGuid();
        var isRunning = reader.GetInt32(4) != 0;
        return new LeaseRow
        {
            Sequence = reader.GetInt64(0),
            Task = task,
            Owner = reader.GetInt32(3),
            IsRunning = isRunning,
            Token = new LeaseToken(task, reader.GetInt32(5), WorkBlobs.ReadSecret(Bytes(reader, 6))),
            Request = isRunning && Text(reader, 7) is { } reason ? new TaskError(reason, Text(reader, 8)) : null,
            GraceAt = reader.IsDBNull(9) ? 0 : reader.GetInt64(9),
            IsCancelSeen = reader.GetInt32(10) != 0,
            Attempts = Bytes(reader, 11),
            IsAttached = !reader.IsDBNull(12),
        };
    }

    private static byte[]? Bytes(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);

    private static string? Text(DbDataReader reader, int column) => Bytes(reader, column) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
