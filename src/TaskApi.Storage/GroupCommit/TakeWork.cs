using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The start of tasks whose turn it is.</summary>
/// <param name="call">Who wants what.</param>
/// <param name="take">What it takes.</param>
/// <param name="waiter">Waits for it; null for nobody.</param>
/// <param name="nobody">Gets the tasks that were started when nobody waited for the answer any more, or nobody knows whether they were.</param>
internal sealed class TakeWork(WorkAcquire call, WorkTake take, AcquireWaiter? waiter, Action<LeasedTask[]> nobody) : WriteOperation<AcquireAnswer>(CancellationToken.None)
{
    private AnswerStatus _status;
    private LeasedTask[] _taken = [];

    /// <inheritdoc/>
    public override WriteScope Scope { get; } = WriteScope.Taking(take);

    /// <inheritdoc/>
    protected override AcquireAnswer Done => new(_status, _taken);

    /// <inheritdoc/>
    protected override void Do(WriteBatch batch)
    {
        _status = batch.IsClosed ? AnswerStatus.ShuttingDown : AnswerStatus.Ok;
        _taken = batch.IsClosed || waiter is { IsClosing: true } ? [] : batch.Starts.Take(call, take);
    }

    /// <inheritdoc/>
    protected override void OnLate(Exception? failure)
    {
        if (_taken.Length > 0 && failure is null or StorageUnavailableException { IsOutcomeUnknown: true }) nobody(_taken);
    }

    /// <summary>Nobody knows whether the tasks were started: if they were, they go back.</summary>
    public void GiveBack()
    {
        if (_taken.Length > 0) nobody(_taken);
    }
}
