using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

// Calls that take effect once.
internal sealed partial class SqlTaskStorage
{
    /// <summary>True.</summary>
    public bool KeepsCalls => true;

    /// <inheritdoc/>
    public async ValueTask<KeptCall?> FindCallAsync(Digest key, CancellationToken cancellationToken)
    {
        var call = await _readers.ReadAsync(key, static (session, key, token) => session.FindCallAsync(key, token), cancellationToken);
        return call is null || _calls.IsOver(call, _clock.RetentionNow) ? null : call.Kept;
    }

    /// <inheritdoc/>
    public ValueTask<CallAnswer> CreateOnceAsync(string owner, CallKey call, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken)
    {
        if (HasWork(tasks)) return ValueTask.FromResult(new CallAnswer(AnswerStatus.WorkNotSupported, []));
        var creation = ChangeAsync(
            batch => batch.CreateOnce(owner, call, tasks, watch),
            static status => new CallAnswer(status, []), WriteScope.Creating(tasks.Count, call), cancellationToken);
        return _observer is { FollowsCall: true } observer ? FollowAsync(observer, owner, creation, cancellationToken) : creation;
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> KeepAnswerAsync(Digest key, byte[] answer, CancellationToken cancellationToken) =>
        ChangeAsync(batch => batch.KeepAnswer(key, answer), refusal: null, WriteScope.Answering(key), cancellationToken);
}
