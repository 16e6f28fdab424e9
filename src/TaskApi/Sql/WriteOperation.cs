using TaskApi.Engine;

namespace TaskApi.Sql;

/// <summary>A change that somebody has asked the writer for.</summary>
internal abstract class WriteOperation
{
    /// <summary>About how many tasks it concerns; with others it shares a transaction of bounded size.</summary>
    public virtual int Weight => 1;

    /// <summary>Does it, in the transaction under way. The answer is kept until the transaction is on disk.</summary>
    public abstract void Apply(WriteBatch batch);

    /// <summary>Gives the answer.</summary>
    public abstract void Answer();

    /// <summary>Answers that nothing was done, the storage being unavailable.</summary>
    public abstract void Refuse(StorageUnavailableException exception);

    /// <summary>Answers that the program is at fault.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>A change with an answer of type <typeparamref name="T"/>.</summary>
/// <param name="apply">What to do; called once, by the writer.</param>
/// <param name="refusal">What to answer where the storage is unavailable; null throws <see cref="StorageUnavailableException"/>.</param>
/// <param name="weight">About how many tasks it concerns.</param>
/// <param name="cancellationToken">Cancelled before its turn comes, it isn't done at all.</param>
internal sealed class WriteOperation<T>(Func<WriteBatch, T> apply, Func<T>? refusal, int weight, CancellationToken cancellationToken) : WriteOperation
{
    private readonly TaskCompletionSource<T> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _answer;
    private bool _isCancelled;

    /// <summary>Completes when what was done is on disk.</summary>
    public Task<T> Answered => _answered.Task;

    /// <inheritdoc/>
    public override int Weight => weight;

    /// <inheritdoc/>
    public override void Apply(WriteBatch batch)
    {
        _isCancelled = cancellationToken.IsCancellationRequested;
        if (!_isCancelled) _answer = apply(batch);
    }

    /// <inheritdoc/>
    public override void Answer()
    {
        if (_isCancelled) _answered.SetCanceled(cancellationToken);
        else _answered.SetResult(_answer!);
    }

    /// <inheritdoc/>
    public override void Refuse(StorageUnavailableException exception)
    {
        if (refusal is null) _answered.SetException(exception);
        else _answered.SetResult(refusal());
    }

    /// <inheritdoc/>
    public override void Fail(Exception exception) => _answered.SetException(exception);
}
