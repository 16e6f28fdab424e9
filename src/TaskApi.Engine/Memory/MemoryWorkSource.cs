using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>Where work in memory is got, and finished.</summary>
/// <param name="tasks">The tasks.</param>
/// <param name="clockwork">Is told after each change.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="clock">The clock that decides.</param>
/// <param name="options">How large a result may be.</param>
internal sealed class MemoryWorkSource(MemoryTasks tasks, MemoryClockwork clockwork, TimeProvider timeProvider, EngineClock clock, WorkOptions options) : IWorkSource
{
    private readonly WorkerTable _handlers = new();

    /// <inheritdoc/>
    public async ValueTask<AcquireAnswer> AcquireAsync(WorkAcquire call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (taken, wait) = Take(call, call.Max, call.Wait != TimeSpan.Zero);
        if (taken is null) return new AcquireAnswer(AnswerStatus.ShuttingDown, []);
        if (wait is not null) return await WaitAsync(wait, cancellationToken);

        // In chunks, so that others get their turn in between.
        while (taken.Length < call.Max && taken.Length % MemoryTasks.ChunkSize == 0 && taken.Length > 0)
        {
            if (Take(call, call.Max - taken.Length, waits: false).Taken is not { Length: > 0 } more) break;
            taken = [.. taken, .. more];
        }

        return new AcquireAnswer(AnswerStatus.Ok, taken);
    }

    /// <inheritdoc/>
    public ValueTask ReturnAsync(string? owner, IReadOnlyList<LeaseToken> tokens)
    {
        for (var start = 0; start < tokens.Count; start += MemoryTasks.ChunkSize)
        {
            long? sooner;
            lock (tasks.Gate)
            {
                var now = Moment.Of(clock);
                for (var i = start; i < Math.Min(tokens.Count, start + MemoryTasks.ChunkSize); i++)
                    if (Find(owner, tokens[i]) is { Run: not null } work && work.Find(tokens[i]) == work.Last)
                        TakeBack(work, now);
                sooner = clockwork.SoonerTick();
            }

            clockwork.AfterChange(sooner);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<FinishAnswer[]> FinishAsync(string? owner, IReadOnlyList<WorkOutcome> outcomes, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<FinishAnswer[]>(cancellationToken);
        var answers = new FinishAnswer[outcomes.Count];
        for (var start = 0; start < answers.Length; start += MemoryTasks.ChunkSize)
        {
            long? sooner;
            lock (tasks.Gate)
            {
                var now = Moment.Of(clock);
                for (var i = start; i < Math.Min(answers.Length, start + MemoryTasks.ChunkSize); i++) answers[i] = Finish(owner, outcomes[i], now);
                sooner = clockwork.SoonerTick();
            }

            clockwork.AfterChange(sooner);
        }

        return ValueTask.FromResult(answers);
    }

    /// <inheritdoc/>
    public ValueTask<HeartbeatAnswer> HeartbeatAsync(WorkHeartbeat call, CancellationToken cancellationToken) =>
        new MemoryHeartbeat(this, tasks, clockwork, timeProvider, clock).AnswerAsync(call, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<QueueCount> CountByQueue()
    {
        var counts = new List<QueueCount>();
        tasks.EachQueue(queue =>
        {
            if (queue.Ready > 0 || queue.Running > 0) counts.Add(new QueueCount(queue.Name, queue.Ready, queue.Running));
        });
        return counts;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WorkerInfo>> ListWorkersAsync(string owner, CancellationToken cancellationToken)
    {
        var found = new List<WorkerInfo>();
        lock (tasks.Gate)
        {
            if (tasks.Owners.Find(owner) is { } known)
            {
                foreach (var worker in known.Workers.All)
                    if (clock.SteadyTick - worker.SeenTick <= WorkerTable.ListedFor) found.Add(new WorkerInfo(worker.Name, worker.Queues, worker.Running, worker.SeenAt));
            }
        }

        found.Sort(static (left, right) => string.CompareOrdinal(left.Worker, right.Worker));
        return ValueTask.FromResult<IReadOnlyList<WorkerInfo>>(found);
    }

    /// <summary>Notes that somebody calls. Under the lock.</summary>
    public WorkerState Note(string? owner, string worker, IReadOnlyList<string>? queues) =>
        (owner is null ? _handlers : tasks.Owners.Ensure(owner).Workers).Note(worker, queues, clock.SteadyTick, timeProvider.GetUtcNow());

    /// <summary>The task of a token; null if there is none with work, or it is another owner's. Under the lock.</summary>
    public WorkState? Find(string? owner, in LeaseToken token) =>
        (owner is null ? tasks.Lookup.TryLocate(token.Task, out var sequence) : tasks.Lookup.TryLocate(owner, token.Task, out sequence)) ? tasks.FindWork(sequence) : null;

    // Null tasks: nothing is handed out any more.
    private (LeasedTask[]? Taken, AcquireWait? Wait) Take(WorkAcquire call, int most, bool waits)
    {
        LeasedTask[] taken;
        AcquireWait? wait = null;
        long? sooner;
        lock (tasks.Gate)
        {
            if (tasks.Capacity.IsClosed) return default;
            var worker = Note(call.Owner, call.Worker, call.Queues);
            var owner = call.Owner is null ? 0 : tasks.Owners.Ensure(call.Owner).Ordinal;
            taken = tasks.HandOut.Take(call, owner, worker, Math.Min(most, MemoryTasks.ChunkSize));
            if (taken.Length == 0 && waits) wait = tasks.HandOut.Wait(call, owner, worker);
            sooner = clockwork.SoonerTick();
        }

        clockwork.AfterChange(sooner);
        return (taken, wait);
    }

    private async ValueTask<AcquireAnswer> WaitAsync(AcquireWait wait, CancellationToken cancellationToken)
    {
        await wait.Woken.WaitAsync(wait.Call.Wait, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        AnswerStatus status;
        lock (tasks.Gate)
        {
            tasks.HandOut.Leave(wait);
            status = wait.Tasks is null && tasks.Capacity.IsClosed ? AnswerStatus.ShuttingDown : AnswerStatus.Ok;
        }

        if (!cancellationToken.IsCancellationRequested) return new AcquireAnswer(status, wait.Tasks ?? []);
        // Nobody is there any more to run them.
        if (wait.Tasks is { } tasksOfNobody) await ReturnAsync(wait.Call.Owner, Array.ConvertAll(tasksOfNobody, static task => task.Token));
        throw new OperationCanceledException(cancellationToken);
    }

    private void TakeBack(WorkState work, in Moment now)
    {
        if (tasks.Work.Decide(work, TaskCommand.Return(), now) is { IsChange: true } transition) tasks.Work.Carry(work, transition, now, wanted: false, byHolder: true);
    }

    private FinishAnswer Finish(string? owner, in WorkOutcome told, in Moment now)
    {
        if (Find(owner, told.Token) is not { } work || work.Find(told.Token) is not { } attempt) return new FinishAnswer(FinishProblem.LeaseLost);
        var outcome = told.WithResult();
        var id = outcome.Token.Task;
        // What time does to it comes first, if the alarm is late.
        if (work.Run is { } run && run.FirstTick <= now.Steady) tasks.Work.Check(work, now);
        if (attempt != work.Last || work.Run is null) return attempt.IsSame(outcome, work.Result) ? attempt.Answer(id) : new FinishAnswer(FinishProblem.LeaseLost, id);
        if (outcome.Kind == WorkOutcomeKind.Keep)
        {
            // From now on it is a worker's, whose lease nothing but its time limit ends.
            work.Run.Holder = null;
            return new FinishAnswer(FinishProblem.None, id, TaskState.Running);
        }

        // What a URL has answered has a bound of its own.
        if (outcome.Result.Length > options.MaxResultBytes && (owner is not null || work.Kind.Type != WorkTypes.Http)) return new FinishAnswer(FinishProblem.ResultTooLarge, id);

        var transition = tasks.Work.Decide(work, outcome.ToCommand(), now);
        if (!transition.IsChange) return new FinishAnswer(FinishProblem.None, id, transition.Task.State);
        attempt.Take(outcome, transition.Task);
        tasks.Work.Carry(work, transition, now, wanted: false, byHolder: true, outcome.Kind == WorkOutcomeKind.Result ? outcome.Result.ToArray() : null);
        return attempt.Answer(id);
    }
}
