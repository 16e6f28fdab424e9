using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What changes tasks, by way of the one who writes.</summary>
/// <param name="database">The database, in use.</param>
/// <param name="observer">Is told of the tasks of calls that it follows; null for nobody.</param>
internal sealed class SqlCommands(DatabaseAccess database, ITaskObserver? observer) : ITaskCommands
{
    /// <inheritdoc/>
    public ValueTask<TaskAnswer> CreateAsync(string owner, TaskSpec task, bool watch, CancellationToken cancellationToken) =>
        observer is { FollowsCall: true } ? CreateFollowedAsync(observer, owner, task, cancellationToken)
        : database.DoAsync(owner, new Creation(owner, task, watch, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TasksAnswer> CreateManyAsync(string owner, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken) =>
        observer is { FollowsCall: true } ? CreateFollowedAsync(observer, owner, tasks, cancellationToken)
        : database.DoAsync(owner, new CreationOfMany(owner, tasks, watch, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> CancelAsync(string owner, Guid id, TaskError error, TaskCondition? condition, bool force, CancellationToken cancellationToken) =>
        TaskId.TryParse(id, out var taskId)
            ? database.ChangeAsync(owner, batch => batch.Cancel(owner, taskId, error, condition, force), static status => new TaskAnswer(status), WriteScope.Changing(taskId.Sequence), cancellationToken)
            : ValueTask.FromResult(new TaskAnswer(AnswerStatus.NotFound));

    /// <inheritdoc/>
    public async ValueTask<TaskAnswer[]> CancelManyAsync(string owner, IReadOnlyList<Guid> ids, TaskError error, CancellationToken cancellationToken)
    {
        var (all, answers) = (ids.ToArray(), new TaskAnswer[ids.Count]);
        var chunks = new List<Task>();
        // Asked for together, so that they follow one another; each a transaction, so that others get their turn in between.
        for (var start = 0; start < answers.Length; start += WriterTransactions.ChunkSize)
        {
            var (from, count) = (start, Math.Min(WriterTransactions.ChunkSize, answers.Length - start));
            chunks.Add(database.ChangeAsync(
                owner, batch =>
                {
                    batch.Cancel(owner, all.AsSpan(from, count), error, answers.AsSpan(from, count));
                    return true;
                },
                refusal: null, WriteScope.Changing(TaskNumbers.Of(new ArraySegment<Guid>(all, from, count))), cancellationToken).AsTask());
        }

        await Task.WhenAll(chunks);
        return answers;
    }

    /// <inheritdoc/>
    public async ValueTask<CancelCounts> CancelAllAsync(string owner, CancelQuery which, TaskError error, CancellationToken cancellationToken)
    {
        if (await database.Counters.FindAsync(owner, cancellationToken) is not { } counts) return default;
        // What is not done now, in chunks: looked up by a reader, so that the writer's transactions stay short.
        var query = which.ToQuery(WriterTransactions.ChunkSize);
        var (last, counted) = (await FindLastAsync(cancellationToken), default(CancelCounts));
        for (var after = 0L; after < last;)
        {
            var (found, next) = await SearchAsync(counts, query, after, cancellationToken);
            after = next;
            found.RemoveAll(id => id.Sequence > last);
            if (found.Count == 0) continue;
            var scope = WriteScope.Changing(found.ConvertAll(static id => id.Sequence));
            var (cancelled, requested) = await database.ChangeAsync(owner, batch => batch.Cancel(owner, found, error), refusal: null, scope, cancellationToken);
            counted = new CancelCounts(counted.Cancelled + cancelled, counted.Requested + requested);
        }

        return counted;
    }

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> RescheduleAsync(string owner, Guid id, TaskRevision change, TaskCondition? condition, CancellationToken cancellationToken) =>
        TaskId.TryParse(id, out var taskId)
            ? database.ChangeAsync(owner, batch => batch.Reschedule(owner, taskId, change, condition), static status => new TaskAnswer(status), WriteScope.Changing(taskId.Sequence), cancellationToken)
            : ValueTask.FromResult(new TaskAnswer(AnswerStatus.NotFound));

    // An observer gets the completions, whoever else wants them.
    private async ValueTask<TaskAnswer> CreateFollowedAsync(ITaskObserver follower, string owner, TaskSpec task, CancellationToken cancellationToken)
    {
        var answer = await database.DoAsync(owner, new Creation(owner, task, watch: true, cancellationToken), cancellationToken);
        if (answer is { Status: AnswerStatus.Ok, IsExisting: false, Task: { } created }) follower.OnCreated(created, answer.Completion);
        return answer;
    }

    private async ValueTask<TasksAnswer> CreateFollowedAsync(ITaskObserver follower, string owner, IReadOnlyList<TaskSpec> tasks, CancellationToken cancellationToken)
    {
        var answer = await database.DoAsync(owner, new CreationOfMany(owner, tasks, watch: true, cancellationToken), cancellationToken);
        foreach (var created in answer.Tasks)
            if (!created.IsExisting) follower.OnCreated(created.Task, created.Completion);
        return answer;
    }

    private ValueTask<(List<TaskId> Found, long Next)> SearchAsync(OwnerCounts owner, TaskQuery query, long after, CancellationToken cancellationToken) =>
        database.Readers.ReadAsync((Owner: owner, Query: query, After: after), static async (session, state, token) =>
        {
            var (owner, query, after) = (session.Expect(state.Owner).Id, state.Query, state.After);
            var (found, end) = await session.SearchIdsAsync(owner, query, after, query.Window, query.Limit, token, TaskFilter.Unfinished);
            return (found, found.Count == query.Limit ? found[^1].Sequence : end ?? long.MaxValue);
        }, cancellationToken);

    // The number of the latest task of all.
    private ValueTask<long> FindLastAsync(CancellationToken cancellationToken) =>
        database.Readers.ReadAsync(0, static (session, _, token) => session.LastTaskAsync(token), cancellationToken);
}
