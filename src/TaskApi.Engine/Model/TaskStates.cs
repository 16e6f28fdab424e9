namespace TaskApi.Engine.Model;

/// <summary>The questions that are asked of a state.</summary>
internal static class TaskStates
{
    /// <summary>How many states there are: the length of an array that counts by state.</summary>
    public const int Count = 5;

    /// <summary>True in the final states, which never change.</summary>
    public static bool IsDone(this TaskState state) => state is TaskState.Completed or TaskState.Cancelled or TaskState.Failed;

    /// <summary>True in the final states without a result: whoever awaits the task gets an exception.</summary>
    public static bool IsDoneWithoutResult(this TaskState state) => state is TaskState.Cancelled or TaskState.Failed;
}
