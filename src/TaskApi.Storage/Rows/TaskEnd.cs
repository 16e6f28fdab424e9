using System.Data.Common;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>A task that has come to its final state, and of which something follows.</summary>
/// <param name="Id">All of its id: it may be forgotten before all of that is done.</param>
/// <param name="State">Its final state.</param>
/// <param name="Follows">What follows.</param>
internal readonly record struct TaskEnd(TaskId Id, TaskState State, FollowUps Follows)
{
    /// <summary>True if the database has it written down among what is left to do.</summary>
    public bool IsKept { get; init; }

    /// <summary>Its number.</summary>
    public long Sequence => Id.Sequence;

    /// <summary>Takes a row of what is written down: the number, the time and the random bits of the id, the state, and what follows.</summary>
    public static TaskEnd Read(DbDataReader reader) =>
        new(new TaskId(reader.GetInt64(1), reader.GetInt64(0), (uint)reader.GetInt64(2)), (TaskState)reader.GetInt32(3), (FollowUps)reader.GetInt32(4)) { IsKept = true };
}
