using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>
/// Is told by the storage of the tasks that calls create: for traces, say. Without one, and for calls that it doesn't follow, nothing is done for
/// it. Called outside of locks, on the call's own flow; must be quick, and not throw. Thread-safe.
/// </summary>
internal interface ITaskObserver
{
    /// <summary>True if it wants to know what the call that runs just now creates. Asked once for each call, before it creates anything.</summary>
    bool FollowsCall { get; }

    /// <summary>A call that is followed has created a task.</summary>
    /// <param name="task">The task as created.</param>
    /// <param name="completion">What to await; null if the task is done already.</param>
    void OnCreated(TaskSnapshot task, TaskCompletion? completion);
}
