using System.Threading.Tasks.Sources;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>A change that somebody has asked the writer for.</summary>
internal abstract class WriteOperation
{
    private Exception? _failure;
    private int _isAnswered;

    /// <summary>When it was asked for, by the system's time stamps.</summary>
    public long Asked { get; set; }

    /// <summary>True once there is an answer, whatever it says.</summary>
    public bool IsAnswered => Volatile.Read(ref _isAnswered) != 0;

    /// <summary>What it concerns; with others it shares a transaction of bounded size.</summary>
    public abstract WriteScope Scope { get; }

    /// <summary>Does it, in the transaction under way, and once more in the next one if that is undone. The answer is kept until the transaction is on disk.</summary>
    public abstract void Apply(WriteBatch batch);

    /// <summary>Notes why nothing was done: the storage was unavailable, or the program is at fault. What is noted first counts.</summary>
    public void Fail(Exception exception) => _failure ??= exception;

    /// <summary>Gives the answer, or says what went wrong: to who waits for it, who goes on from there on this very thread.</summary>
    public void Answer() => AnswerOnce(_failure);

    /// <summary>Says that it takes too long; it may yet be done, if the writer has begun with it.</summary>
    public void GiveUp() => AnswerOnce(new StorageUnavailableException("The database doesn't answer."));

    private void AnswerOnce(Exception? failure)
    {
        if (Interlocked.Exchange(ref _isAnswered, 1) == 0) Answer(failure);
        else OnLate(failure);
    }

    /// <summary>It was given up before it was done, or before it was known that it isn't.</summary>
    protected virtual void OnLate(Exception? failure)
    {
    }

    /// <inheritdoc cref="Answer()"/>
    protected abstract void Answer(Exception? failure);
}

/// <summary>A change with an answer of type <typeparamref name="T"/>: all that is allocated for it, up to the answer.</summary>
/// <param name="cancellationToken">Cancelled before its turn comes, it isn't done at all.</param>
internal abstract class WriteOperation<T>(CancellationToken cancellationToken) : WriteOperation, IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<bool> _answered;
    private bool _isCancelled;
    private bool _isRefused;
    private AnswerStatus _refusal;

    /// <summary>Completes when what was done is on disk. To be awaited once.</summary>
    public ValueTask<T> Answered => new(this, _answered.Version);

    /// <summary>The answer to what was done. Called by who waits for it.</summary>
    protected abstract T Done { get; }

    /// <summary>The answer where the storage is unavailable; none by default: that throws <see cref="StorageUnavailableException"/>.</summary>
    protected virtual bool TryRefuse(AnswerStatus status, out T answer)
    {
        answer = default!;
        return false;
    }

    /// <inheritdoc/>
    public sealed override void Apply(WriteBatch batch)
    {
        _isCancelled = cancellationToken.IsCancellationRequested;
        if (!_isCancelled) Do(batch);
    }

    /// <summary>Does it.</summary>
    protected abstract void Do(WriteBatch batch);

    /// <inheritdoc/>
    protected sealed override void Answer(Exception? failure)
    {
        if (failure is StorageUnavailableException unavailable) _isRefused = TryRefuse(_refusal = unavailable.Status, out _);
        if (failure is not null && !_isRefused) _answered.SetException(failure);
        else if (_isCancelled && !_isRefused) _answered.SetException(new OperationCanceledException(cancellationToken));
        else _answered.SetResult(true);
    }

    T IValueTaskSource<T>.GetResult(short token)
    {
        _answered.GetResult(token);
        return _isRefused && TryRefuse(_refusal, out var refusal) ? refusal : Done;
    }

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _answered.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _answered.OnCompleted(continuation, state, token, flags);
}

/// <summary>A change of whatever kind.</summary>
/// <param name="change">What to do; called by the writer, once more if the transaction is undone and made again.</param>
/// <param name="refusal">What to answer where the storage is unavailable; null throws <see cref="StorageUnavailableException"/>.</param>
/// <param name="scope">What it concerns.</param>
/// <param name="cancellationToken">Cancelled before its turn comes, it isn't done at all.</param>
internal sealed class AnyChange<T>(Func<WriteBatch, T> change, Func<AnswerStatus, T>? refusal, WriteScope scope, CancellationToken cancellationToken) : WriteOperation<T>(cancellationToken)
{
    private T? _done;

    /// <inheritdoc/>
    public override WriteScope Scope => scope;

    /// <inheritdoc/>
    protected override T Done => _done!;

    /// <inheritdoc/>
    protected override void Do(WriteBatch batch) => _done = change(batch);

    /// <inheritdoc/>
    protected override bool TryRefuse(AnswerStatus status, out T answer)
    {
        answer = refusal is null ? default! : refusal(status);
        return refusal is not null;
    }
}
