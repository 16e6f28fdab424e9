namespace TaskApi.Engine.Model;

/// <summary>The state of a task: pending at first, and then, exactly once, one of the other three, which never change.</summary>
internal enum TaskState
{
    /// <summary>Not finished: waiting for its due time.</summary>
    Pending = 0,

    /// <summary>Came due and has its result.</summary>
    Completed = 1,

    /// <summary>Cancelled by a client, its timeout or the shutdown, before it came due.</summary>
    Cancelled = 2,

    /// <summary>Its work threw.</summary>
    Failed = 3,
}
