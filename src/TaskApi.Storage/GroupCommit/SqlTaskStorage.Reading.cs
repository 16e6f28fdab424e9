using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

// What is asked of the storage without changing a task.
internal sealed partial class SqlTaskStorage
{
    /// <summary>How many tasks one page looks at, at the most, in search of those that match.</summary>
    private const int SearchedPerPage = 65_536;

    /// <summary>For how many milliseconds a reader of events waits at its beginning for what has happened before.</summary>
    private const int LongestCatchUpMs = 500;

    private static readonly TimeSpan _betweenTries = TimeSpan.FromMilliseconds(50);

    /// <summary>How many tasks one step of a longer work takes.</summary>
    private const int ChunkSize = 1000;

    /// <inheritdoc/>
    public async ValueTask<TaskEventReader> ReadEventsAsync(long? after, CancellationToken cancellationToken)
    {
        if (_listener is not { } listener) return Events.Open(after);
        // What happened before this call is recorded if somebody read events then, and not because of this one.
        if (after is not null) await CatchUpAsync(await _readers.ReadAsync(0, static (session, _, token) => session.LastEventAsync(token), cancellationToken), cancellationToken);
        var reader = Events.Open(after);
        try
        {
            reader.Begin(after, await CatchUpAsync(await WantEventsAsync(listener, cancellationToken), cancellationToken));
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<TaskAnswer> FindAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var taskId) || await _counters.FindAsync(owner, cancellationToken) is not { } counts) return new TaskAnswer(AnswerStatus.NotFound);
        var row = await _readers.ReadAsync(
            (taskId.Sequence, Counts: counts),
            static (session, state, token) =>
            {
                session.Expect(state.Counts);
                return session.FindAsync(state.Sequence, token);
            },
            cancellationToken);
        return Match(row, taskId, counts) is { } task ? new TaskAnswer(AnswerStatus.Ok, task) : new TaskAnswer(AnswerStatus.NotFound);
    }

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
        if (await _counters.FindAsync(owner, cancellationToken) is not { } counts) return new WatchedTask[ids.Count];
        return await _readers.ReadAsync((Storage: this, Ids: ids, Counts: counts), static async (session, state, token) =>
        {
            session.Expect(state.Counts);
            var handles = new WatchedTask[state.Ids.Count];
            var rows = await session.FindManyAsync(Numbers(state.Ids), token);
            for (var i = 0; i < handles.Length; i++)
                if (TaskId.TryParse(state.Ids[i], out var id) && Match(rows.GetValueOrDefault(id.Sequence), id, state.Counts) is { } task) handles[i] = new WatchedTask(task, Completion: null);
            await state.Storage.WatchAsync(session, handles, state.Counts, token);
            return handles;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<TaskSnapshot?[]> FindManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var found = new TaskSnapshot?[ids.Count];
        if (await _counters.FindAsync(owner, cancellationToken) is not { } counts) return found;
        var rows = await _readers.ReadAsync(
            (Numbers: Numbers(ids), Counts: counts),
            static (session, state, token) =>
            {
                session.Expect(state.Counts);
                return session.FindManyAsync(state.Numbers, token);
            },
            cancellationToken);
        for (var i = 0; i < found.Length; i++)
            if (TaskId.TryParse(ids[i], out var id)) found[i] = Match(rows.GetValueOrDefault(id.Sequence), id, counts);
        return found;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Guid>?> FindGroupAsync(string owner, string group, int limit, CancellationToken cancellationToken)
    {
        if (await _counters.FindAsync(owner, cancellationToken) is not { } counts) return [];
        return await _readers.ReadAsync((Counts: counts, Query: new TaskQuery(State: null, group, Name: null, After: null, limit)), static async (session, state, token) =>
        {
            // A thousand rows at a time: of each only the id is kept.
            var ids = new List<Guid>();
            for (long? after = 0; after is { } last && ids.Count <= state.Query.Limit;)
            {
                var (rows, end) = await session.SearchAsync(session.Expect(state.Counts).Id, state.Query, last, window: ChunkSize, ChunkSize + 1L, token);
                foreach (var row in rows) ids.Add(row.Id.ToGuid());
                after = end;
            }

            return (IReadOnlyList<Guid>?)(ids.Count <= state.Query.Limit ? ids : null);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<TaskPage> ListAsync(string owner, TaskQuery query, CancellationToken cancellationToken)
    {
        if (query.IsOfWork || await _counters.FindAsync(owner, cancellationToken) is not { } counts) return new TaskPage([], Next: null);
        var after = query.After is { } cursor && TaskId.TryParse(cursor, out var last) ? last.Sequence : query.NewestFirst ? long.MaxValue : 0;
        return await _readers.ReadAsync((Counts: counts, Query: query, After: after), static async (session, state, token) =>
        {
            var (counts, query, after) = state;
            var (rows, end) = await session.SearchAsync(session.Expect(counts).Id, query, after, SearchedPerPage, query.Limit + 1L, token);
            var page = new TaskSnapshot[Math.Min(rows.Count, query.Limit)];
            for (var i = 0; i < page.Length; i++) page[i] = rows[i].ToSnapshot(counts.Name);
            return new TaskPage(page, rows.Count > query.Limit ? page[^1].Id : end is { } last ? new TaskId(0, last, 0).ToGuid() : null);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<StorageStats> GetStatsAsync(string owner, CancellationToken cancellationToken)
    {
        var (created, completed, cancelled, failed) = await _counters.FindAsync(owner, cancellationToken) is { } counts ? await CountAsync(counts, cancellationToken) : default;
        var pending = Math.Max(0, created - completed - cancelled - failed);
        return new StorageStats(pending, created, completed, cancelled, failed, _options.MaxPending, _publisher.Lateness, _clock.Ticks.Steady);
    }

    /// <inheritdoc/>
    public StorageTotals GetTotals()
    {
        var totals = new StorageTotals { Capacity = _options.MaxPending, Pending = _counters.CommittedPending };
        foreach (var owner in _counters.Owners)
        {
            totals = totals with
            {
                Created = totals.Created + owner.Created,
                Completed = totals.Completed + owner.Finished(TaskState.Completed),
                Cancelled = totals.Cancelled + owner.Finished(TaskState.Cancelled),
                Failed = totals.Failed + owner.Finished(TaskState.Failed),
            };
        }

        return totals;
    }

    private static TaskSnapshot? Match(TaskRow? row, TaskId id, OwnerCounts owner) =>
        row is not null && row.Owner == owner.Id && row.Has(id) ? row.ToSnapshot(owner.Name) : null;

    // Begins to watch those that have been found pending, and looks at them again: whatever finishes one after that look tells the watcher.
    private async ValueTask WatchAsync(ReadSession session, WatchedTask[] handles, OwnerCounts owner, CancellationToken cancellationToken)
    {
        var pending = new List<(int Index, TaskId Id, TaskCompletion Completion)>();
        for (var i = 0; i < handles.Length; i++)
        {
            if (handles[i].Task is not { IsDone: false } task || !TaskId.TryParse(task.Id, out var id)) continue;
            var completion = _waiters.Watch(id);
            completion.Seen ??= task;
            pending.Add((i, id, completion));
        }

        if (pending.Count == 0) return;
        var rows = await session.FindManyAsync(pending.ConvertAll(static found => found.Id.Sequence), cancellationToken);
        foreach (var (index, id, completion) in pending)
        {
            var task = Match(rows.GetValueOrDefault(id.Sequence), id, owner);
            handles[index] = new WatchedTask(task!, task is null || task.IsDone ? null : completion);
        }
    }

    private ValueTask<(List<TaskId> Found, long Next)> SearchIdsAsync(OwnerCounts owner, TaskQuery query, long after, CancellationToken cancellationToken) =>
        _readers.ReadAsync((Owner: owner, Query: query, After: after), static async (session, state, token) =>
        {
            var (owner, query, after) = (session.Expect(state.Owner).Id, state.Query, state.After);
            var (found, end) = await session.SearchIdsAsync(owner, query, after, SearchedPerPage, query.Limit, token);
            return (found, found.Count == query.Limit ? found[^1].Sequence : end ?? long.MaxValue);
        }, cancellationToken);

    private ValueTask<(long Created, long Completed, long Cancelled, long Failed)> CountAsync(OwnerCounts owner, CancellationToken cancellationToken) => _storage.Reading.OwnerTotals is { } text
        ? _readers.ReadAsync((Text: text, Owner: owner), static (session, state, token) => session.CountAsync(state.Text, session.Expect(state.Owner).Id, token), cancellationToken)
        : ValueTask.FromResult((owner.Created, owner.Finished(TaskState.Completed), owner.Finished(TaskState.Cancelled), owner.Finished(TaskState.Failed)));

    // Waits, if not for long, until this process has been told of what all have done up to now; answers the number of the latest event.
    private async ValueTask<long> CatchUpAsync(long last, CancellationToken cancellationToken)
    {
        for (var i = 0; i < LongestCatchUpMs && Events.Last < last; i++) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellationToken);
        return last;
    }

    // Holds no connection between two tries.
    private async ValueTask<long> WantEventsAsync(IListener listener, CancellationToken cancellationToken)
    {
        var asked = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var last = await _readers.ReadAsync(listener, static (session, listener, token) => session.WantEventsAsync(listener, token), cancellationToken);
            if (last is not null) return last.Value;
            if (TimeProvider.System.GetElapsedTime(asked) > _storage.Cluster?.Deadline) throw new StorageUnavailableException("Another process doesn't end its transaction.");
            await Task.Delay(_betweenTries, TimeProvider.System, cancellationToken);
        }
    }

    // The number of the latest task of all.
    private ValueTask<long> FindLastAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync(0, static (session, _, token) => session.LastTaskAsync(token), cancellationToken);

    private static long[] Numbers(IReadOnlyList<Guid> ids)
    {
        var numbers = new long[ids.Count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = TaskId.TryParse(ids[i], out var id) ? id.Sequence : 0;
        return numbers;
    }
}
