using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;

namespace TaskApi.Engine.Memory;

/// <summary>What only some tasks have; <see cref="WorkState"/> for those with work. Written under the storage's lock.</summary>
internal class TaskExtras
{
    public string? Name;
    public string? Group;

    /// <summary>The message, once it has been changed.</summary>
    public string? Message;

    /// <summary>Set before the outcome that it explains is published.</summary>
    public TaskError? Error;

    /// <summary>There once somebody awaits the task, until it is finished.</summary>
    public TaskCompletion? Completion;

    /// <summary>The tick at which the timeout is over; 0: it has none.</summary>
    public long TimeoutTick;

    /// <summary>The timer is armed for the timeout, which comes before the due time.</summary>
    public bool TimesOut;

    /// <summary>There is a task that does the same again.</summary>
    public bool IsRunAgain;

    /// <summary>What is to be done when it is done; from then on none, but for what is asked for once more where it is run again.</summary>
    public FollowUps Follows;

    /// <summary>True if nothing is left that a finished task needs: a reader sees the same without it.</summary>
    public bool IsEmpty => this is not WorkState && Name is null && Group is null && Message is null && Error is null && Completion is null && !IsRunAgain && Follows == FollowUps.None;
}
