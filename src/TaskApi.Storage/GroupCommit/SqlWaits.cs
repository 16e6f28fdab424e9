using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What finds tasks together with their completions.</summary>
/// <param name="database">The database, in use.</param>
internal sealed class SqlWaits(DatabaseAccess database) : ITaskWaits
{
    // How many ids of a group are looked up at a time.
    private const int ChunkSize = 1000;

    /// <inheritdoc/>
    public async ValueTask<TaskAnswer> WatchAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        var handles = await WatchManyAsync(owner, [id], cancellationToken);
        var (task, completion) = handles[0];
        return task is null ? new TaskAnswer(AnswerStatus.NotFound) : new TaskAnswer(AnswerStatus.Ok, task, completion);
    }

    /// <inheritdoc/>
    public async ValueTask<WatchedTask[]> WatchManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        if (await database.Counters.FindAsync(owner, cancellationToken) is not { } counts) return new WatchedTask[ids.Count];
        return await database.Readers.ReadAsync((Waits: this, Ids: ids, Counts: counts), static async (session, state, token) =>
        {
            session.Expect(state.Counts);
            var handles = new WatchedTask[state.Ids.Count];
            var rows = await session.FindManyAsync(TaskNumbers.Of(state.Ids), token);
            for (var i = 0; i < handles.Length; i++)
            {
                if (TaskId.TryParse(state.Ids[i], out var id) && SqlQueries.Match(rows.TryGetValue(id.Sequence, out var row) ? row : null, id, state.Counts) is { } task)
                    handles[i] = new WatchedTask(task, Completion: null);
            }

            await state.Waits.WatchAsync(session, handles, state.Counts, token);
            return handles;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Guid>?> FindGroupAsync(string owner, string group, int limit, CancellationToken cancellationToken)
    {
        if (await database.Counters.FindAsync(owner, cancellationToken) is not { } counts) return [];
        return await database.Readers.ReadAsync((Counts: counts, Query: new TaskQuery(State: null, group, Name: null, After: null, limit)), static async (session, state, token) =>
        {
            // A thousand at a time.
            var ids = new List<Guid>();
            for (long? after = 0; after is { } last && ids.Count <= state.Query.Limit;)
            {
                var (found, end) = await session.SearchIdsAsync(session.Expect(state.Counts).Id, state.Query, last, window: ChunkSize, ChunkSize + 1L, token);
                foreach (var id in found) ids.Add(id.ToGuid());
                after = end;
            }

            return (IReadOnlyList<Guid>?)(ids.Count <= state.Query.Limit ? ids : null);
        }, cancellationToken);
    }

    // Begins to watch those that have been found unfinished, and looks at them again: whatever finishes one after that look tells the watcher.
    private async ValueTask WatchAsync(ReadSession session, WatchedTask[] handles, OwnerCounts owner, CancellationToken cancellationToken)
    {
        var unfinished = new List<(int Index, TaskId Id, TaskCompletion Completion)>();
        for (var i = 0; i < handles.Length; i++)
        {
            if (handles[i].Task is not { IsDone: false } task || !TaskId.TryParse(task.Id, out var id)) continue;
            var completion = database.Waiters.Watch(id);
            completion.Seen ??= task;
            unfinished.Add((i, id, completion));
        }

        if (unfinished.Count == 0) return;
        var rows = await session.FindManyAsync(unfinished.ConvertAll(static found => found.Id.Sequence), cancellationToken);
        foreach (var (index, id, completion) in unfinished)
        {
            var task = SqlQueries.Match(rows.TryGetValue(id.Sequence, out var row) ? row : null, id, owner);
            handles[index] = new WatchedTask(task!, task is null || task.IsDone ? null : completion);
        }
    }
}
