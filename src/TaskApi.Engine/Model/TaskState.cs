namespace TaskApi.Engine.Model;

/// <summary>Where a task stands.</summary>
// Transitions decides what leads from one state to another; docs/state-machine.md draws it. The numbers are stored: they stay.
internal enum TaskState
{
    /// <summary>Not begun, or to be begun again: waiting for its due time, or for its turn.</summary>
    Pending = 0,

    /// <summary>Came due and has its result.</summary>
    Completed = 1,

    /// <summary>Cancelled by a client, its timeout or the shutdown.</summary>
    Cancelled = 2,

    /// <summary>Its work threw, or was lost, and is not tried again.</summary>
    Failed = 3,

    /// <summary>Its coroutine has been started and has not ended yet. A delayed message is never in this state.</summary>
    Running = 4,
}

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
