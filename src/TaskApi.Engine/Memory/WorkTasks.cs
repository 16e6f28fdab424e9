using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>What happens to tasks with work, step by step. Used under the storage's lock.</summary>
/// <param name="tasks">All tasks.</param>
/// <param name="table">Where they are.</param>
/// <param name="publisher">Is told of what happens.</param>
/// <param name="clock">The clock that decides.</param>
/// <param name="options">How long a coroutine may clean up.</param>
/// <param name="observer">Is told for metrics; null for nobody.</param>
internal sealed class WorkTasks(MemoryTasks tasks, TaskTable table, TaskPublisher publisher, EngineClock clock, WorkOptions options, IWorkObserver? observer)
{
    // Longer inputs are arrays of their own: they would leave too much of a text's chunk unused.
    private const int MostText = 4096;

    private readonly WorkKinds _kinds = new();
    // What nobody can guess of a lease's token.
    private readonly RandomSource<UInt128> _secrets = new();
    private readonly long _grace = (long)Math.Ceiling(options.CancelGrace.TotalMilliseconds);

    /// <summary>Those whose turn can come.</summary>
    public ReadyQueues Ready { get; } = new(new QueueBounds(clock, options));

    /// <summary>Who is to be told something.</summary>
    public WorkSignals Signals { get; } = new();

    /// <summary>The state of a task that is about to be created as the next one.</summary>
    public WorkState Make(OwnerTasks owner, WorkSpec work, double? timeoutSeconds) => new(table.Last + 1, owner.Ordinal)
    {
        Kind = _kinds.Of(work),
        Queue = Ready.EnsureQueue(owner.Ordinal, work.QueueOrType),
        Key = work.Key,
        Priority = (sbyte)work.Priority,
        Input = work.Input.Length > MostText ? work.Input.ToArray() : null,
        Origin = WorkOrigin.Of(work, timeoutSeconds),
    };

    /// <summary>A task waits for its due time or, if that has come, for its turn.</summary>
    /// <param name="work">The task; its timer isn't armed.</param>
    /// <param name="dueAt">In Unix milliseconds.</param>
    /// <param name="dueTick">The same on the clock that decides.</param>
    /// <param name="now">In Unix milliseconds.</param>
    public void Wait(WorkState work, long dueAt, long dueTick, long now)
    {
        if (dueAt > now) tasks.Timers.ArmDue(work.Sequence, dueTick, work);
        if (dueAt > now) Ready.Wait(work);
        else ComeDue(work, dueAt);
    }

    /// <summary>A pending task has another due time, input or priority, as has been decided. Within a change of its entry.</summary>
    /// <param name="work">The task.</param>
    /// <param name="dueAt">When it is due from now on, in Unix milliseconds.</param>
    /// <param name="due">The same as it was asked for; null if it stays.</param>
    /// <param name="change">What was asked for.</param>
    /// <param name="now">In Unix milliseconds.</param>
    public void Revise(WorkState work, long dueAt, in DueTime? due, TaskRevision change, long now)
    {
        var isReady = work.Ready is not null;
        if (isReady) Leave(work);
        if (change.Input is { } input) work.Input = input.ToArray();
        if (change.Priority is { } priority) work.Priority = (sbyte)priority;
        if (isReady || due is not null) tasks.Timers.Disarm(work.Sequence);
        if (due is { } other) Wait(work, dueAt, other.Tick, now);
        else if (isReady) ComeDue(work, dueAt);
    }

    /// <summary>Starts a task whose turn it is.</summary>
    public LeasedTask Start(WorkState work, WorkAcquire call, WorkerState worker, in Moment now)
    {
        var sequence = work.Sequence;
        ref var entry = ref table.Entry(sequence);
        var started = Transitions.Decide(tasks.Facts(sequence), TaskCommand.Start(), now.Unix).Task;
        observer?.OnStarted(work.Kind.Type, work.Kind.Queue, TimeSpan.FromMilliseconds(Math.Max(0, now.Unix - work.ReadyAt)));
        Leave(work);
        tasks.Timers.Disarm(sequence);
        var weight = TaskWeight.Of(work);
        var attempt = new WorkAttempt(started.Attempt, _secrets.Next(), worker.Name, now.Unix);
        entry.BeginChange();
        entry.GoOn(new TaskOutcome(started.State, now.Unix));
        work.Attempt = started.Attempt;
        work.Begin(attempt, new WorkRun
        {
            Worker = worker,
            Holder = call.Holder,
            LeaseTick = call.Lease is { } lease ? now.Steady + Milliseconds(lease) : WorkRun.Never,
            LimitTick = work.Kind.AttemptSeconds is { } seconds ? now.Steady + Milliseconds(EngineClock.ToTime(seconds)) : WorkRun.Never,
        });
        entry.EndChange();
        tasks.Capacity.Bytes += TaskWeight.Of(work) - weight;
        tasks.CountTransition(sequence, TaskState.Pending, TaskState.Running);
        Ready.Start(work);
        tasks.Uniques.Note(work, hasBegun: true);
        worker.Running++;
        tasks.Timers.ArmRun(sequence, work);

        var snapshot = tasks.Lookup.Read(sequence)!;
        publisher.Publish(TaskEventKind.Started, snapshot);
        return new LeasedTask(snapshot, new LeaseToken(snapshot.Id, attempt.Number, attempt.Secret), EngineClock.ToInstant(now.Unix) + call.Lease);
    }

    /// <summary>Carries out what has been decided about a task with work.</summary>
    /// <param name="work">The task.</param>
    /// <param name="transition">A change.</param>
    /// <param name="now">When.</param>
    /// <param name="wanted">True to get the task.</param>
    /// <param name="byHolder">True if whoever runs it says so, and needn't be told.</param>
    /// <param name="result">What the coroutine returned.</param>
    /// <returns>The task, if <paramref name="wanted"/> or if somebody else wants it.</returns>
    public TaskSnapshot? Carry(WorkState work, in Transition transition, in Moment now, bool wanted, bool byHolder = false, byte[]? result = null)
    {
        var after = transition.Task;
        if (after.State == TaskState.Running) return Request(work, after.CancelRequest!, now, wanted);
        if (work.Run is { OwesProgress: true } owing) PublishProgress(work, owing, now.Steady);
        ref var entry = ref table.Entry(work.Sequence);
        var (weight, run) = (TaskWeight.Of(work), work.Run);
        entry.BeginChange();
        if (run is null) Leave(work);
        else EndAttempt(work, run, transition, now, byHolder);
        work.Result = result;
        (work.Attempt, work.Errors, work.Losses) = (after.Attempt, after.Errors, after.Losses);
        tasks.Capacity.Bytes += TaskWeight.Of(work) - weight;
        if (after.State.IsDone()) return tasks.Finish(work.Sequence, after, now.Steady, wanted);

        entry.DueAt = after.DueAt;
        entry.GoOn(default);
        entry.EndChange();
        tasks.CountTransition(work.Sequence, TaskState.Running, TaskState.Pending);
        tasks.Uniques.Note(work, hasBegun: false);
        if (transition.IsDue) ComeDue(work, after.DueAt);
        else Wait(work, after.DueAt, clock.TickAfter(TimeSpan.FromMilliseconds(Math.Max(0, after.DueAt - now.Unix))), now.Unix);
        var snapshot = wanted || publisher.WantsEvents ? tasks.Lookup.Read(work.Sequence) : null;
        publisher.Publish(TaskEventKind.Retrying, snapshot, transition.AttemptError);
        return snapshot;
    }

    /// <summary>A task's timer rings.</summary>
    public void Ring(WorkState work, in Moment now)
    {
        if (work.Run is not null) Check(work, now);
        else if (work.TimesOut) Carry(work, Decide(work, TaskCommand.TimeOut(), now), now, wanted: false);
        else ComeDue(work, table.Entry(work.Sequence).DueAt);
    }

    /// <summary>What time does to a running task, if it hasn't yet.</summary>
    public void Check(WorkState work, in Moment now)
    {
        while (work.Run is { } run)
        {
            var command = run.Passed(now.Steady) ?? (run.CancelRequest is null && work.TimeoutTick != 0 && work.TimeoutTick <= clock.Tick ? TaskCommand.TimeOut() : null);
            if (command is { } happened)
            {
                Carry(work, Decide(work, happened, now), now, wanted: false);
                continue;
            }

            if (run.OwesProgress && run.ProgressTick <= now.Steady) PublishProgress(work, run, now.Steady);
            tasks.Timers.RearmRun(work.Sequence, work, run.FirstTick);
            return;
        }
    }

    /// <summary>A running coroutine says how far it has come. Told of four times a second at the most; the last is always told of.</summary>
    public void SetProgress(WorkState work, WorkProgress progress, in Moment now)
    {
        var run = work.Run!;
        ref var entry = ref table.Entry(work.Sequence);
        var weight = TaskWeight.Of(work);
        entry.BeginChange();
        work.Progress = progress with { At = EngineClock.ToInstant(now.Unix) };
        entry.EndChange();
        tasks.Capacity.Bytes += TaskWeight.Of(work) - weight;
        if (run.ProgressTick <= now.Steady)
        {
            PublishProgress(work, run, now.Steady);
            return;
        }

        if (run.OwesProgress) return;
        run.OwesProgress = true;
        tasks.Timers.RearmRun(work.Sequence, work, run.ProgressTick);
    }

    /// <summary>What becomes of a task with work.</summary>
    public Transition Decide(WorkState work, in TaskCommand command, in Moment now) => Transitions.Decide(tasks.Facts(work.Sequence), command, now.Unix);

    /// <summary>The token of the attempt that runs, or was the last.</summary>
    public LeaseToken TokenOf(WorkState work) => new(tasks.Lookup.IdOf(work.Sequence), work.Last!.Number, work.Last.Secret);

    private static long Milliseconds(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);

    private void ComeDue(WorkState work, long dueAt)
    {
        Ready.Put(work, dueAt);
        tasks.Owners.Find(work.Owner).Ready++;
        tasks.Timers.ArmTimeout(work.Sequence, work);
    }

    // It waits no more, neither for its due time nor for its turn.
    private void Leave(WorkState work)
    {
        if (work.Ready is not null) tasks.Owners.Find(work.Owner).Ready--;
        Ready.Remove(work);
    }

    private TaskSnapshot? Request(WorkState work, TaskError error, in Moment now, bool wanted)
    {
        var (run, weight) = (work.Run!, TaskWeight.Of(work));
        ref var entry = ref table.Entry(work.Sequence);
        entry.BeginChange();
        // A gather waits for its members, each of which has a time of its own.
        (run.CancelRequest, run.GraceTick, run.GraceUntil) = (error, work.Gather is null ? now.Steady + _grace : WorkRun.Never, EngineClock.ToInstant(now.Unix + _grace));
        entry.EndChange();
        if (work.Gather is { } gather) tasks.Aftermath.Gathers.NoteRequest(gather);
        tasks.Capacity.Bytes += TaskWeight.Of(work) - weight;
        tasks.Timers.RearmRun(work.Sequence, work, run.GraceTick);
        if (run.Holder is { } holder) Signals.CancelRequested(holder, new CancelNotice(TokenOf(work), error, run.GraceUntil));
        run.WakeHeartbeats(Signals);
        var snapshot = wanted || publisher.WantsEvents ? tasks.Lookup.Read(work.Sequence) : null;
        publisher.Publish(TaskEventKind.Cancelling, snapshot);
        return snapshot;
    }

    private void EndAttempt(WorkState work, WorkRun run, in Transition transition, in Moment now, bool byHolder)
    {
        var attempt = work.Last!;
        var owner = tasks.Owners.Find(work.Owner);
        if (transition.Ended == AttemptOutcome.Lost) tasks.HandOut.NoteLoss(owner, run.Worker);
        if (transition is { Ended: AttemptOutcome.Failed, Task.State: TaskState.Pending }) owner.Retried++;
        run.Worker.Running--;
        if (!work.Kind.RunsAtOnce) Ready.End(work);
        tasks.Timers.Disarm(work.Sequence);
        if (!byHolder && run.Holder is { } holder) Signals.LeaseLost(holder, TokenOf(work));
        if (!byHolder) run.WakeHeartbeats(Signals);
        work.Run = null;
        (attempt.EndedAt, attempt.Outcome, attempt.Error) = (now.Unix, transition.Ended, transition.AttemptError);
        if (transition.Task.Attempt < attempt.Number) work.Forget(attempt);
        observer?.OnEnded(work.Kind.Type, transition.Ended!.Value, TimeSpan.FromMilliseconds(Math.Max(0, now.Unix - attempt.StartedAt)), transition.Task.State);
    }

    private void PublishProgress(WorkState work, WorkRun run, long steadyTick)
    {
        (run.ProgressTick, run.OwesProgress) = (steadyTick + WorkRun.ProgressPause, false);
        publisher.Publish(TaskEventKind.Progress, publisher.WantsEvents ? tasks.Lookup.Read(work.Sequence) : null);
    }
}
