using System.Threading.Channels;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>A source of work that a test fills, and that remembers what it was told. Thread-safe.</summary>
internal sealed class FakeWork : IWorkSource
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Channel<TaskSnapshot>> _tasks = [];
    private readonly Dictionary<LeaseToken, ILeaseHolder> _holders = [];
    private readonly Dictionary<LeaseToken, TaskSnapshot> _leased = [];
    private readonly Channel<Guid> _returned = Channel.CreateUnbounded<Guid>();
    private readonly Dictionary<Guid, TaskCompletionSource<WorkOutcome>> _outcomes = [];
    private readonly List<WorkProgress> _progress = [];
    private readonly List<object> _calls = [];
    private Exception? _fault;
    private int _number;

    /// <summary>What was told, in order: outcomes and progress.</summary>
    public IReadOnlyList<object> Calls => Locked(() => _calls.ToArray());

    /// <summary>What was told of progress, in order.</summary>
    public IReadOnlyList<WorkProgress> Progress => Locked(() => _progress.ToArray());

    /// <summary>Tells the lease's holder something before the call that acquired it is answered.</summary>
    public Action<ILeaseHolder, LeaseToken>? BeforeAnswer { get; set; }

    /// <summary>What an outcome is refused for.</summary>
    public Func<WorkOutcome, FinishProblem>? Refuse { get; set; }

    public Guid Add(string type, string? input = "null", int attempt = 1, string? traceParent = null, params Guid[] after)
    {
        var task = FakeTask.Of(TaskState.Running, type, input, attempt: attempt, traceParent: traceParent, after: after);
        lock (_gate)
            _outcomes[task.Id] = new TaskCompletionSource<WorkOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        Tasks(type).Writer.TryWrite(task);
        return task.Id;
    }

    /// <summary>What was said of the end of a task's attempt.</summary>
    public Task<WorkOutcome> OutcomeOf(Guid task) =>
        Locked(() => _outcomes[task].Task).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public bool HasOutcome(Guid task) => Locked(() => _outcomes[task].Task.IsCompleted);

    public void RequestCancel(Guid task) => Tell(task, static (holder, token) => holder.OnCancelRequested(new CancelNotice(token, TaskErrors.CancelledPlainly, default)));

    public void Lose(Guid task) => Tell(task, static (holder, token) => holder.OnLeaseLost(token));

    /// <summary>The next call throws this.</summary>
    public void FailOnce(Exception fault) => Interlocked.Exchange(ref _fault, fault);

    public async ValueTask<AcquireAnswer> AcquireAsync(WorkAcquire call, CancellationToken cancellationToken)
    {
        Assert.Null(call.Owner);
        Assert.Null(call.Lease);
        Throw();
        var reader = Tasks(Assert.Single(call.Types)).Reader;
        await reader.WaitToReadAsync(cancellationToken);
        var leased = new List<LeasedTask>();
        while (leased.Count < call.Max && reader.TryRead(out var task))
        {
            var token = new LeaseToken(task.Id, task.Work!.Attempt, (UInt128)(uint)Interlocked.Increment(ref _number));
            lock (_gate)
                (_holders[token], _leased[token]) = (call.Holder!, task);
            BeforeAnswer?.Invoke(call.Holder!, token);
            leased.Add(new LeasedTask(task, token, ExpiresAt: null));
        }

        return new AcquireAnswer(AnswerStatus.Ok, [.. leased]);
    }

    public ValueTask ReturnAsync(string? owner, IReadOnlyList<LeaseToken> tokens)
    {
        foreach (var task in tokens.Select(token => Locked(() => _leased[token])))
        {
            Tasks(task.Work!.Type).Writer.TryWrite(task);
            _returned.Writer.TryWrite(task.Id);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The next task that is given back, as if it had never begun.</summary>
    public Task<Guid> Returned() => _returned.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public ValueTask<FinishAnswer[]> FinishAsync(string? owner, IReadOnlyList<WorkOutcome> outcomes, CancellationToken cancellationToken)
    {
        Throw();
        return ValueTask.FromResult(outcomes.Select(Take).ToArray());
    }

    public ValueTask<HeartbeatAnswer> HeartbeatAsync(WorkHeartbeat call, CancellationToken cancellationToken)
    {
        Throw();
        lock (_gate)
        {
            _progress.AddRange(call.Leases.Select(static beat => beat.Progress!));
            _calls.AddRange(call.Leases.Select(static beat => beat.Progress!));
        }

        return ValueTask.FromResult(new HeartbeatAnswer(ExpiresAt: null, [], [], Drain: false));
    }

    public IReadOnlyList<QueueCount> CountByQueue() => [];

    public ValueTask<IReadOnlyList<WorkerInfo>> ListWorkersAsync(string owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    private FinishAnswer Take(WorkOutcome outcome)
    {
        if (Refuse?.Invoke(outcome) is { } problem and not FinishProblem.None)
            return new FinishAnswer(problem);
        lock (_gate)
        {
            _calls.Add(outcome);
            _outcomes[outcome.Token.Task].TrySetResult(outcome);
        }

        return new FinishAnswer(FinishProblem.None, outcome.Token.Task, outcome.Kind == WorkOutcomeKind.Error ? TaskState.Failed : TaskState.Completed);
    }

    private void Throw()
    {
        if (Interlocked.Exchange(ref _fault, value: null) is { } fault)
            throw fault;
    }

    private void Tell(Guid task, Action<ILeaseHolder, LeaseToken> tell)
    {
        var (token, holder) = Locked(() => _holders.Single(held => held.Key.Task == task));
        tell(holder, token);
    }

    private Channel<TaskSnapshot> Tasks(string type) => Locked(() =>
    {
        if (!_tasks.TryGetValue(type, out var tasks))
            _tasks[type] = tasks = Channel.CreateUnbounded<TaskSnapshot>();
        return tasks;
    });

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
            return read();
    }
}
