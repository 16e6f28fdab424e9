namespace TaskApi.Engine.Model;

/// <summary>Errors that the engine itself gives tasks.</summary>
internal static class TaskErrors
{
    /// <summary>That a client cancelled it, and no more. Nothing has to be kept of it: a cancelled task without an error has this one.</summary>
    public static readonly TaskError CancelledPlainly = new(TaskError.Cancelled, Detail: null);

    /// <summary>That it can't begin, since a task on whose success it relies has ended without.</summary>
    public static TaskError Dependency(Guid id, TaskState state) => new(TaskError.Dependency, $"The task {id}, which it was to wait for, {(state == TaskState.Failed ? "has failed" : "was cancelled")}.");

    /// <summary>That the gather that it is a member of has been cancelled, or is a group of which a task has failed.</summary>
    public static TaskError OfGather(Guid id, GatherTally tally) => new(TaskError.Cancelled, $"The gather {id}, of which it is a member, {(tally.FailedAt is null ? "was cancelled" : "has a task that failed")}.");

    /// <summary>What those are told who waited for a task of which nobody knows any more.</summary>
    public static readonly TaskError HasBeenForgotten = new(TaskError.Forgotten, "The task has finished and been forgotten; how it ended is not known any more.");

    /// <summary>What those are told who waited for a task that the storage doesn't have since it went back.</summary>
    public static readonly TaskError HasBeenLost = new(TaskError.Lost, "The database has gone back to an earlier state, in which this task is not: a replica that was behind has taken over, or an older copy was restored.");
}
