using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What shows tasks, and changes nothing.</summary>
/// <param name="database">The database, in use.</param>
internal sealed class SqlQueries(DatabaseAccess database) : ITaskQueries
{
    // Of so many tasks at once all is read, where a text is looked for.
    private const int TextWindow = 1_000;

    /// <inheritdoc/>
    public async ValueTask<TaskAnswer> FindAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var taskId) || await database.Counters.FindAsync(owner, cancellationToken) is not { } counts) return new TaskAnswer(AnswerStatus.NotFound);
        var row = await database.Readers.ReadAsync(
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
    public async ValueTask<TaskSnapshot?[]> FindManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var found = new TaskSnapshot?[ids.Count];
        if (await database.Counters.FindAsync(owner, cancellationToken) is not { } counts) return found;
        var rows = await database.Readers.ReadAsync(
            (Numbers: TaskNumbers.Of(ids), Counts: counts),
            static (session, state, token) =>
            {
                session.Expect(state.Counts);
                return session.FindManyAsync(state.Numbers, token);
            },
            cancellationToken);
        for (var i = 0; i < found.Length; i++)
            if (TaskId.TryParse(ids[i], out var id)) found[i] = Match(rows.TryGetValue(id.Sequence, out var row) ? row : null, id, counts);
        return found;
    }

    /// <inheritdoc/>
    public async ValueTask<TaskPage> ListAsync(string owner, TaskQuery query, CancellationToken cancellationToken)
    {
        if (await database.Counters.FindAsync(owner, cancellationToken) is not { } counts) return new TaskPage([], Next: null);
        if (query.ByDue) return await database.Readers.ReadAsync((Counts: counts, Query: query), static (session, state, token) => SearchByDueAsync(session, state.Counts, state.Query, token), cancellationToken);
        var after = query.After is { } cursor && TaskId.TryParse(cursor, out var last) ? last.Sequence : query.NewestFirst ? long.MaxValue : 0;
        return await database.Readers.ReadAsync((Counts: counts, Query: query, After: after), static (session, state, token) => SearchAsync(session, state.Counts, state.Query, state.After, token), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<StorageStats> GetStatsAsync(string owner, CancellationToken cancellationToken)
    {
        var totals = await database.Counters.FindAsync(owner, cancellationToken) is { } counts ? await CountAsync(counts, cancellationToken) : default;
        var pending = Math.Max(0, totals.Created - totals.Completed - totals.Cancelled - totals.Failed - totals.Running);
        return new StorageStats(
            pending, totals.Created, totals.Completed, totals.Cancelled, totals.Failed, database.Options.MaxPending, database.Publisher.Lateness, database.Clock.Ticks.Steady)
        {
            Running = totals.Running,
            Ready = totals.Ready,
            Retried = totals.Retried,
            Lost = totals.Lost,
        };
    }

    /// <inheritdoc/>
    public StorageTotals GetTotals()
    {
        var totals = new StorageTotals { Capacity = database.Options.MaxPending, Pending = database.Counters.CommittedPending };
        foreach (var owner in database.Counters.Owners)
        {
            totals = totals with
            {
                Created = totals.Created + owner.Created,
                Completed = totals.Completed + owner.Finished(TaskState.Completed),
                Cancelled = totals.Cancelled + owner.Finished(TaskState.Cancelled),
                Failed = totals.Failed + owner.Finished(TaskState.Failed),
                Running = totals.Running + owner.Running,
                Ready = totals.Ready + owner.Ready,
                Retried = totals.Retried + owner.Retried,
                Lost = totals.Lost + owner.Lost,
            };
        }

        return totals with { Pending = totals.Pending - totals.Running };
    }

    /// <summary>The task as clients see it, if it is the owner's and has exactly this id; else null.</summary>
    public static TaskSnapshot? Match(in FoundTask? found, TaskId id, OwnerCounts owner) =>
        found is { } task && task.Row.Owner == owner.Id && task.Row.Has(id) ? task.ToSnapshot(owner.Name) : null;

    private static async ValueTask<TaskPage> SearchAsync(ReadSession session, OwnerCounts counts, TaskQuery query, long after, CancellationToken cancellationToken)
    {
        var page = new List<TaskSnapshot>();
        var (window, limit) = query.Text is null ? (query.Window, query.Limit + 1) : (TextWindow, TextWindow + 1);
        for (var searched = 0; searched < query.Window; searched += window)
        {
            var (rows, end) = await session.SearchAsync(session.Expect(counts).Id, query, after, window, limit, cancellationToken);
            foreach (var row in rows)
            {
                // Work may have gone on between the search and the look at both of its rows.
                if (row.ToSnapshot(counts.Name) is not { } task || (query.State is { } state && task.State != state) || !query.IsMentionedIn(task)) continue;
                if (page.Count == query.Limit) return new TaskPage(page, page[^1].Id);
                page.Add(task);
            }

            if (end is not { } last) return new TaskPage(page, Next: null);
            after = last;
        }

        return new TaskPage(page, new TaskId(0, after, 0).ToGuid());
    }

    // The soonest of each slice, and of those the soonest.
    private static async ValueTask<TaskPage> SearchByDueAsync(ReadSession session, OwnerCounts counts, TaskQuery query, CancellationToken cancellationToken)
    {
        var soonest = new SoonestTasks(query);
        var after = 0L;
        // One more than may be tells that there are too many.
        for (var left = query.MostByDue + 1; left > 0; left -= query.Window)
        {
            var (rows, end) = await session.SearchAsync(session.Expect(counts).Id, query, after, Math.Min(query.Window, left), query.Limit + 1, cancellationToken);
            foreach (var row in rows)
                if (row.ToSnapshot(counts.Name) is { State: TaskState.Pending } task) soonest.Offer(task, row.Row.Sequence);
            if (end is not { } last) return soonest.ToPage();
            after = last;
        }

        return new TaskPage([], Next: null) { IsTooMany = true };
    }

    private ValueTask<OwnerTotals> CountAsync(OwnerCounts owner, CancellationToken cancellationToken) => database.Storage.Reading.OwnerTotals is { } text
        ? database.Readers.ReadAsync((Text: text, Owner: owner), static (session, state, token) => session.CountAsync(state.Text, session.Expect(state.Owner).Id, token), cancellationToken)
        : ValueTask.FromResult(OwnerTotals.Of(owner));
}
