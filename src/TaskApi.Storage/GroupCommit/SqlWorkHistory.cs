using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What tasks in a database have been through, and their running again.</summary>
/// <param name="database">The database, in use.</param>
internal sealed class SqlWorkHistory(DatabaseAccess database) : IWorkHistory
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<AttemptInfo>?> ListAttemptsAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var taskId) || await database.Counters.FindAsync(owner, cancellationToken) is not { } counts) return null;
        var found = await database.Readers.ReadAsync(
            (taskId.Sequence, Counts: counts),
            static (session, state, token) =>
            {
                session.Expect(state.Counts);
                return session.FindAsync(state.Sequence, token);
            },
            cancellationToken);
        if (found is not { } task || task.Row.Owner != counts.Id || !task.Row.Has(taskId)) return null;
        if (task.Work is not { } work) return [];
        var attempts = AttemptLog.Read(work.Attempts).ConvertAll(static entry => entry.ToInfo());
        if (!work.IsRunning) return attempts;
        if (attempts.Count == AttemptLog.Most) attempts.RemoveAt(0);
        attempts.Add(new AttemptInfo(work.Attempt, work.Worker, EngineClock.ToInstant(work.Started!.Value), EndedAt: null, Outcome: null, Error: null));
        return attempts;
    }

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> RerunAsync(string owner, Guid id, CancellationToken cancellationToken) => TaskId.TryParse(id, out var taskId)
        ? database.ChangeAsync(
            batch => batch.Reruns.Run(owner, taskId), static status => new TaskAnswer(status), new WriteScope(1, [taskId.Sequence]), cancellationToken)
        : ValueTask.FromResult(new TaskAnswer(AnswerStatus.NotFound));

    /// <inheritdoc/>
    public async ValueTask<RerunAnswer> RerunManyAsync(string owner, RerunQuery query, CancellationToken cancellationToken)
    {
        if (await database.Counters.FindAsync(owner, cancellationToken) is not { } counts) return new RerunAnswer(AnswerStatus.Ok, 0);
        var ids = await SearchAsync(counts, query, cancellationToken);
        if (ids.Count == 0) return new RerunAnswer(AnswerStatus.Ok, 0);
        var reserved = false;
        var (left, created) = (ids.Count, 0L);
        try
        {
            // Once begun it goes on, whoever hangs up: all of them, or none.
            var refused = await database.ChangeAsync(
                batch =>
                {
                    if (reserved) return null;
                    var status = batch.Refusal(ids.Count);
                    if (status is not null) return status;
                    database.Room.Reserve(ids.Count);
                    reserved = true;
                    return status;
                },
                static status => (AnswerStatus?)status, WriteScope.Creating(0), cancellationToken);
            if (refused is { } why) return new RerunAnswer(why, 0);
            for (var start = 0; start < ids.Count; start += WriterTransactions.ChunkSize)
            {
                var (first, chunk) = (start, ids.GetRange(start, Math.Min(WriterTransactions.ChunkSize, ids.Count - start)).ToArray());
                created += await database.ChangeAsync(
                    batch => batch.Reruns.Run(owner, chunk, query.State, first, query.SpreadSeconds / ids.Count),
                    refusal: null, new WriteScope(chunk.Length, Array.ConvertAll(chunk, static id => id.Sequence)), CancellationToken.None);
                database.Room.Reserve(-chunk.Length);
                left -= chunk.Length;
            }

            return new RerunAnswer(AnswerStatus.Ok, created);
        }
        finally
        {
            if (reserved) database.Room.Reserve(-left);
        }
    }

    private async ValueTask<List<TaskId>> SearchAsync(OwnerCounts owner, RerunQuery query, CancellationToken cancellationToken)
    {
        return await database.Readers.ReadAsync((Owner: owner, Filter: query.ToQuery(WriterTransactions.ChunkSize)), static async (session, state, token) =>
        {
            var ids = new List<TaskId>();
            for (long? after = 0; after is { } last;)
            {
                var (found, end) = await session.SearchIdsAsync(session.Expect(state.Owner).Id, state.Filter, last, state.Filter.Window, WriterTransactions.ChunkSize, token, TaskFilter.NotRunAgain);
                ids.AddRange(found);
                after = found.Count == WriterTransactions.ChunkSize ? found[^1].Sequence : end;
            }

            return ids;
        }, cancellationToken);
    }
}
