using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Takes over into this node's counts what programs have created by <c>taskapi_create</c>, in transactions of their own. The tasks are there since those
/// committed, and count; only where they are counted changes.
/// </summary>
internal sealed class OutboxTakeOver() : WriteOperation<bool>(CancellationToken.None)
{
    /// <inheritdoc/>
    public override WriteScope Scope => WriteScope.Changing();

    /// <summary>True.</summary>
    protected override bool Done => true;

    /// <inheritdoc/>
    protected override void Do(WriteBatch batch)
    {
        ((PostgresSession)batch.Session).TakeOver();
        // Also if it shares the transaction with who looks for work in vain.
        batch.Work.IsChanged = true;
    }
}
