using System.Data.Common;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>How far a gather has come, as it stands in the database: beside its task, so that counting a member reads nothing of that.</summary>
/// <param name="Id">The gather.</param>
/// <param name="Tally">How far it has come.</param>
internal sealed record GatherRow(TaskId Id, GatherTally Tally)
{
    /// <summary>The columns that <see cref="Read"/> takes, in their order.</summary>
    public const string Columns = "gathers.sequence, gathers.time, gathers.nonce, gathers.rules, gathers.waiting, gathers.bytes, gathers.failed_at, gathers.cancel_from, gathers.phase";

    /// <summary>How many columns these are.</summary>
    public const int ColumnCount = 9;

    /// <summary>Its number.</summary>
    public long Sequence => Id.Sequence;

    /// <summary>True while it is among those of which something is to be done.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Takes a row from a reader which has <see cref="Columns"/> from the place <paramref name="first"/> on.</summary>
    public static GatherRow Read(DbDataReader reader, int first) => new(
        new TaskId(reader.GetInt64(first + 1), reader.GetInt64(first), (uint)reader.GetInt64(first + 2)),
        new GatherTally
        {
            Rules = (GatherRules)reader.GetInt32(first + 3),
            Left = reader.GetInt32(first + 4),
            Bytes = reader.GetInt64(first + 5),
            FailedAt = reader.IsDBNull(first + 6) ? null : reader.GetInt32(first + 6),
            CancelFrom = reader.IsDBNull(first + 7) ? null : reader.GetInt32(first + 7),
            Phase = (GatherPhase)reader.GetInt32(first + 8),
        });
}

/// <summary>A member of a gather, as it stands in the database.</summary>
/// <param name="Gather">The gather's number.</param>
/// <param name="Position">Its place there, from 0.</param>
/// <param name="Id">The member.</param>
/// <param name="Outcome">What became of it; null while it isn't done.</param>
internal readonly record struct MemberRow(long Gather, int Position, Guid Id, MemberOutcome? Outcome);
