using TaskApi.Engine.Model;

namespace TaskApi.Engine.Memory;

/// <summary>Tasks that run from their creation on, without a coroutine. Used under the storage's lock.</summary>
/// <param name="tasks">All tasks.</param>
internal sealed class WorkAtOnce(MemoryTasks tasks)
{
    // Runs what has no coroutine.
    private readonly WorkerState _nobody = new("");
    private readonly RandomSource<UInt128> _secrets = new();

    /// <summary>A task that is being created runs; nobody sees its entry yet.</summary>
    public void Begin(WorkState work, ref TaskEntry entry)
    {
        entry.GoOn(new TaskOutcome(TaskState.Running, entry.CreatedAt));
        work.Attempt = 1;
        work.Begin(new WorkAttempt(work.Attempt, _secrets.Next(), worker: null, entry.CreatedAt), new WorkRun { Worker = _nobody });
        _nobody.Running++;
        tasks.CountTransition(work.Sequence, TaskState.Pending, TaskState.Running);
    }

    /// <summary>It has been created: its time limit counts from now on.</summary>
    /// <param name="work">The task.</param>
    /// <param name="created">As it was created.</param>
    /// <returns>The same with the token that whoever creates it is shown, if anybody but the service may end it.</returns>
    public TaskSnapshot Arm(WorkState work, TaskSnapshot created)
    {
        tasks.Timers.ArmRun(work.Sequence, work);
        return WorkTypes.ShowsToken(work.Kind.Type) ? created.WithLease(tasks.Work.TokenOf(work)) : created;
    }
}
