using TaskApi.Engine.Model;

namespace TaskApi.Tests.Work;

/// <summary>A task of the model.</summary>
internal sealed class ModelTask
{
    public required int Number { get; init; }

    public required Guid Id { get; init; }

    public required string Queue { get; init; }

    public required long TimeoutAt { get; init; }

    public required long AttemptMs { get; init; }

    public required TaskFacts Facts { get; set; }

    public required int Priority { get; set; }

    public long LeaseAt { get; set; } = long.MaxValue;

    public long LimitAt { get; set; } = long.MaxValue;

    public long GraceAt { get; set; } = long.MaxValue;
}

/// <summary>The engine as simple as it can be: the state machine and a sorted list. Instants are Unix milliseconds.</summary>
/// <param name="now">When it begins.</param>
/// <param name="graceMs">How long a coroutine may clean up.</param>
internal sealed class WorkModel(long now, long graceMs)
{
    public long Now { get; private set; } = now;

    public List<ModelTask> Tasks { get; } = [];

    public long Retried { get; private set; }

    public long Lost { get; private set; }

    /// <summary>Starts those whose turn it is, in their order.</summary>
    public List<ModelTask> Acquire(string queue, int max, long leaseMs)
    {
        var taken = Tasks.Where(task => task.Queue == queue && IsReady(task))
            .OrderByDescending(static task => task.Priority).ThenBy(static task => task.Facts.DueAt).ThenBy(static task => task.Number).Take(max).ToList();
        foreach (var task in taken)
        {
            Apply(task, TaskCommand.Start());
            (task.LeaseAt, task.LimitAt) = (Now + leaseMs, task.AttemptMs == 0 ? long.MaxValue : Now + task.AttemptMs);
        }

        return taken;
    }

    public bool IsReady(ModelTask task) => task.Facts.State == TaskState.Pending && task.Facts.DueAt <= Now;

    /// <summary>Decides, and carries it out.</summary>
    public Transition Apply(ModelTask task, TaskCommand command)
    {
        var asked = task.Facts.CancelRequest is not null;
        var transition = Transitions.Decide(task.Facts, command, Now);
        task.Facts = transition.Task;
        if (transition.Ended is { } ended)
        {
            (task.LeaseAt, task.LimitAt, task.GraceAt) = (long.MaxValue, long.MaxValue, long.MaxValue);
            if (ended == AttemptOutcome.Lost) Lost++;
            if (ended == AttemptOutcome.Failed && task.Facts.State == TaskState.Pending) Retried++;
        }
        else if (!asked && task.Facts is { State: TaskState.Running, CancelRequest: not null })
        {
            task.GraceAt = Now + graceMs;
        }

        return transition;
    }

    /// <summary>Lets time pass: whatever is over is so at its own instant.</summary>
    public void Advance(long ms)
    {
        var target = Now + ms;
        while (true)
        {
            var (next, first) = Tasks.Select(static task => (At: NextOf(task), Task: task)).DefaultIfEmpty((At: long.MaxValue, Task: null!)).MinBy(static next => next.At);
            if (next > target)
            {
                Now = target;
                return;
            }

            Now = Math.Max(Now, next);
            Pass(first);
        }
    }

    /// <summary>What is over already: an instant is not over until nothing more happens at it.</summary>
    public void Settle() => Advance(0);

    private static long NextOf(ModelTask task) => task.Facts.State switch
    {
        TaskState.Pending => task.TimeoutAt,
        TaskState.Running => Math.Min(Math.Min(task.LeaseAt, task.LimitAt), Math.Min(task.GraceAt, task.Facts.CancelRequest is null ? task.TimeoutAt : long.MaxValue)),
        _ => long.MaxValue,
    };

    private void Pass(ModelTask task)
    {
        if (task.Facts.State == TaskState.Running && task.LimitAt <= Now) Apply(task, TaskCommand.FailByTime(random: 0));
        else if (task.Facts.State == TaskState.Running && task.GraceAt <= Now) Apply(task, TaskCommand.EndGrace());
        else if (task.Facts.State == TaskState.Running && task.LeaseAt <= Now) Apply(task, TaskCommand.Lose());
        else Apply(task, TaskCommand.TimeOut());
    }
}
