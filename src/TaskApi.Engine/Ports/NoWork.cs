using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>What a storage answers about work that doesn't run any: it refuses tasks with work (<see cref="AnswerStatus.WorkNotSupported"/>), so there never is any.</summary>
internal sealed class NoWork(TimeProvider timeProvider) : IWorkSource, IWorkHistory
{
    /// <inheritdoc/>
    public async ValueTask<AcquireAnswer> AcquireAsync(WorkAcquire call, CancellationToken cancellationToken)
    {
        await Task.Delay(call.Wait, timeProvider, cancellationToken);
        return new AcquireAnswer(AnswerStatus.Ok, []);
    }

    /// <inheritdoc/>
    public ValueTask ReturnAsync(string? owner, IReadOnlyList<LeaseToken> tokens) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<FinishAnswer[]> FinishAsync(string? owner, IReadOnlyList<WorkOutcome> outcomes, CancellationToken cancellationToken)
    {
        var answers = new FinishAnswer[outcomes.Count];
        Array.Fill(answers, new FinishAnswer(FinishProblem.LeaseLost));
        return ValueTask.FromResult(answers);
    }

    /// <inheritdoc/>
    public ValueTask<HeartbeatAnswer> HeartbeatAsync(WorkHeartbeat call, CancellationToken cancellationToken)
    {
        var lost = new LostLease[call.Leases.Count];
        for (var i = 0; i < lost.Length; i++) lost[i] = new LostLease(i, Id: null);
        return ValueTask.FromResult(new HeartbeatAnswer(timeProvider.GetUtcNow() + call.Lease, [], lost, Drain: false));
    }

    /// <inheritdoc/>
    public IReadOnlyList<QueueCount> CountReady() => [];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WorkerInfo>> ListWorkersAsync(string owner, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<WorkerInfo>>([]);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AttemptInfo>?> ListAttemptsAsync(string owner, Guid id, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<AttemptInfo>?>(null);

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> RerunAsync(string owner, Guid id, CancellationToken cancellationToken) => ValueTask.FromResult(new TaskAnswer(AnswerStatus.WorkNotSupported));

    /// <inheritdoc/>
    public ValueTask<RerunAnswer> RerunManyAsync(string owner, RerunQuery query, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new RerunAnswer(AnswerStatus.WorkNotSupported, 0));
}
