using TaskApi.Engine.Time;

namespace TaskApi.Engine.Model;

/// <summary>A task to create, already validated.</summary>
internal sealed record TaskSpec
{
    /// <summary>By <see cref="FieldRules.Message"/>; empty if there is <see cref="Work"/>.</summary>
    public required string Message { get; init; }

    /// <summary>The work to run in place of a message; null for a delayed message.</summary>
    public WorkSpec? Work { get; init; }

    /// <summary>When it should come due.</summary>
    public required TaskSchedule Schedule { get; init; }

    /// <summary>By <see cref="FieldRules.Name"/>, or null.</summary>
    public string? Name { get; init; }

    /// <summary>By <see cref="FieldRules.Label"/>, or null.</summary>
    public string? Group { get; init; }

    /// <summary>Cancel it with reason <see cref="TaskError.Timeout"/> when it is not done this many seconds after creation, by <see cref="FieldRules.TimeoutSeconds"/>; null: never.</summary>
    public double? TimeoutSeconds { get; init; }

    /// <summary>What is called when it is done; null for nothing.</summary>
    public CallbackSpec? Callback { get; init; }

    /// <summary>The work, or the message, of a task once more; its parent is that task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="timeoutSeconds">Its time limit, as it was asked for.</param>
    /// <param name="delaySeconds">When it is due.</param>
    /// <param name="callback">What is called when it is done; null for nothing.</param>
    public static TaskSpec Again(TaskSnapshot task, double? timeoutSeconds, double delaySeconds, CallbackSpec? callback) => new()
    {
        Callback = callback,
        Message = task.Message,
        Schedule = new TaskSchedule(delaySeconds),
        Name = task.Name,
        Group = task.Group,
        TimeoutSeconds = timeoutSeconds,
        Work = task.Work is not { } work ? null : new WorkSpec
        {
            Type = work.Type,
            Input = work.Input,
            Queue = work.Queue,
            Priority = work.Priority,
            Key = work.Key,
            Retry = work.Retry,
            AttemptSeconds = work.AttemptSeconds,
            Parent = task.Id,
        },
    };
}

/// <summary>When a task comes due: a delay from the instant at which the storage accepts it, or an instant.</summary>
/// <param name="DelaySeconds">By <see cref="FieldRules.DelaySeconds"/>; ignored when <paramref name="DueAt"/> is given.</param>
/// <param name="DueAt">At most a year ahead; one in the past means at once, and is kept as given. Null: by delay.</param>
internal readonly record struct TaskSchedule(double DelaySeconds, DateTimeOffset? DueAt = null)
{
    /// <summary>
    /// When a task with this schedule is due, and after which delay, as clients are shown both. Rounded up to whole milliseconds: nothing
    /// completes early.
    /// </summary>
    /// <param name="now">When it is accepted, in Unix milliseconds, as the due time is.</param>
    public (long DueAt, double DelaySeconds) From(long now)
    {
        if (DueAt is not { } dueAt) return (now + (EngineClock.ToTime(DelaySeconds).Ticks / TimeSpan.TicksPerMillisecond), DelaySeconds);
        var at = dueAt.AddTicks(TimeSpan.TicksPerMillisecond - 1).ToUnixTimeMilliseconds();
        return (at, Math.Max(0, at - now) / 1000.0);
    }
}

/// <summary>What to change of a pending task, already validated.</summary>
/// <param name="Schedule">The new due time, counted from now; null keeps the present one.</param>
/// <param name="Message">The new message; null keeps the present one.</param>
/// <param name="Input">The new input, as <see cref="WorkSpec.Input"/>; null keeps the present one.</param>
/// <param name="Priority">The new priority, by <see cref="FieldRules.Priority"/>; null keeps the present one.</param>
internal sealed record TaskRevision(TaskSchedule? Schedule, string? Message, ReadOnlyMemory<byte>? Input = null, int? Priority = null)
{
    /// <summary>True if it changes what only work has.</summary>
    public bool IsOfWork => Input is not null || Priority is not null;
}

/// <summary>What must hold of a task for it to be changed; judged in the same step as the change. Called under locks: it must be quick, and touch nothing else.</summary>
/// <param name="task">The task just before the change.</param>
internal delegate bool TaskCondition(TaskSnapshot task);
