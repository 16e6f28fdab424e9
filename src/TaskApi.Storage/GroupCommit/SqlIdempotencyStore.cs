using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The calls with a key, in the database that has the tasks they created: written in the same transaction, and known to all who share it.</summary>
/// <param name="database">The database, in use.</param>
/// <param name="observer">Is told of the tasks of calls that it follows; null for nobody.</param>
internal sealed class SqlIdempotencyStore(DatabaseAccess database, ITaskObserver? observer = null) : IIdempotencyStore
{
    private readonly SqlWaits _waits = new(database);
    private readonly SqlWorkHistory _history = new(database);

    /// <inheritdoc/>
    public async ValueTask<IdempotencyRecord?> FindAsync(Digest call, CancellationToken cancellationToken)
    {
        var row = await database.Readers.ReadAsync(call, static (session, call, token) => session.FindKeyAsync(call, token), cancellationToken);
        return row is null || database.Keys.IsOver(row, database.Clock.RetentionNow) ? null : row.Record;
    }

    /// <inheritdoc/>
    public ValueTask<CreateOnceAnswer> CreateOnceAsync(string owner, IdempotencyKey key, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken)
    {
        var creation = database.ChangeAsync(
            owner, batch => batch.Idempotency.CreateOnce(owner, key, tasks, watch),
            static status => new CreateOnceAnswer(status, []), WriteScope.Creating(owner, tasks, key), cancellationToken);
        return observer is { FollowsCall: true } ? FollowAsync(observer, owner, creation, cancellationToken) : creation;
    }

    /// <inheritdoc/>
    public async ValueTask<OnceAnswer> CreateOnceAsync(string owner, IdempotencyKey key, TaskSpec task, Func<TaskSnapshot, byte[]> answer, CancellationToken cancellationToken)
    {
        var once = await database.ChangeAsync(
            owner, batch => batch.Idempotency.CreateOnce(owner, key, task, answer),
            static status => OnceAnswer.Refused(status), WriteScope.Creating(owner, [task], key), cancellationToken);
        if (observer is { FollowsCall: true } && once.Answer.Task is { } created && once.Answer.Status == AnswerStatus.Ok) await FollowAsync(observer, owner, [created.Id], cancellationToken);
        return once;
    }

    /// <inheritdoc/>
    public ValueTask<OnceAnswer> RerunOnceAsync(string owner, IdempotencyKey key, Guid id, Func<TaskSnapshot, byte[]> answer, CancellationToken cancellationToken) => TaskId.TryParse(id, out var taskId)
        ? database.ChangeAsync(
            owner, batch => batch.Idempotency.RerunOnce(owner, key, taskId, answer),
            static status => OnceAnswer.Refused(status), new WriteScope(1, [taskId.Sequence], key) { MakesCall = true }, cancellationToken)
        : ValueTask.FromResult(OnceAnswer.Refused(AnswerStatus.NotFound));

    /// <inheritdoc/>
    public ValueTask<OnceAnswer> RerunManyOnceAsync(string owner, IdempotencyKey key, RerunQuery query, Func<long, byte[]> answer, CancellationToken cancellationToken) =>
        _history.RerunManyOnceAsync(owner, key, query, answer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<byte[]> KeepAnswerAsync(Digest call, byte[] answer, CancellationToken cancellationToken) =>
        database.ChangeAsync(owner: null, batch => batch.Idempotency.KeepAnswer(call, answer), refusal: null, WriteScope.Answering(call), cancellationToken);

    // What the call says of waiting is kept with it, so it isn't ours to change: the tasks are looked up once more.
    private async ValueTask<CreateOnceAnswer> FollowAsync(ITaskObserver follower, string owner, ValueTask<CreateOnceAnswer> creation, CancellationToken cancellationToken)
    {
        var answer = await creation;
        if (answer is { Status: AnswerStatus.Ok, IsRepeat: false }) await FollowAsync(follower, owner, Array.ConvertAll(answer.Tasks, static watched => watched.Task.Id), cancellationToken);
        return answer;
    }

    private async ValueTask FollowAsync(ITaskObserver follower, string owner, Guid[] ids, CancellationToken cancellationToken)
    {
        foreach (var (created, completion) in await _waits.WatchManyAsync(owner, ids, cancellationToken))
        {
            if (created is not null) follower.OnCreated(created, completion);
        }
    }
}
