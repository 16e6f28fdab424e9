using System.Data.Common;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>A task that has come due or timed out, as the database answers it.</summary>
/// <param name="Id">All of its id.</param>
/// <param name="Owner">Its owner's number.</param>
/// <param name="State">Its final state.</param>
/// <param name="DueTick">When it came due, on the run's clock.</param>
/// <param name="CreatedTick">When it was created, on the same clock: later, if its due time had passed by then.</param>
/// <param name="Follows">What follows.</param>
/// <param name="Row">All of it, if that was asked for.</param>
internal readonly record struct ClaimedTask(TaskId Id, int Owner, TaskState State, long DueTick, long CreatedTick, FollowUps Follows, TaskRow? Row)
{
    /// <summary>What <see cref="Read"/> takes.</summary>
    public const string Columns = "sequence, nonce, created + skew, owner, state, due + lag, created + lag, follows";

    /// <summary>In the order in which they came due.</summary>
    public static int Compare(ClaimedTask one, ClaimedTask other) => (one.DueTick, one.Id.Sequence).CompareTo((other.DueTick, other.Id.Sequence));

    /// <summary>Takes one from a reader of <see cref="Columns"/>, or of all of <see cref="TaskRow.Columns"/>.</summary>
    public static ClaimedTask Read(DbDataReader reader, bool isWhole)
    {
        if (isWhole && TaskRow.Read(reader) is var row) return new ClaimedTask(row.Id, row.Owner, row.State, row.DueTick, row.Created + row.DueOffset, row.Follows, row);
        var id = new TaskId(reader.GetInt64(2), reader.GetInt64(0), (uint)reader.GetInt64(1));
        var follows = reader.IsDBNull(7) ? FollowUps.None : (FollowUps)reader.GetInt32(7);
        return new ClaimedTask(id, reader.GetInt32(3), (TaskState)reader.GetInt32(4), reader.GetInt64(5), reader.GetInt64(6), follows, Row: null);
    }
}
