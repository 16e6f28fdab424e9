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
            owner, batch => batch.Reruns.Run(owner, taskId), static status => new TaskAnswer(status), new WriteScope(1, [taskId.Sequence]), cancellationToken)
        : ValueTask.FromResult(new TaskAnswer(AnswerStatus.NotFound));

    /// <inheritdoc/>
    public async ValueTask<RerunAnswer> RerunManyAsync(string owner, RerunQuery query, CancellationToken cancellationToken)
    {
        var ids = await SearchAsync(owner, query, cancellationToken);
        if (ids.Count == 0) return new RerunAnswer(AnswerStatus.Ok, 0);
        var (begun, created) = await RunAsync(owner, ids, query, key: null, since: null, cancellationToken);
        return new RerunAnswer(begun.Answer.Answer.Status, created);
    }

    /// <inheritdoc cref="IIdempotencyStore.RerunManyOnceAsync"/>
    public async ValueTask<OnceAnswer> RerunManyOnceAsync(string owner, IdempotencyKey key, RerunQuery query, Func<long, byte[]> answer, CancellationToken cancellationToken)
    {
        long? since = null;
        while (true)
        {
            var ids = await SearchAsync(owner, query, cancellationToken);
            var (begun, created) = await RunAsync(owner, ids, query, key, since, cancellationToken);
            if (begun.Answer is not { Kept: null, Answer.Status: AnswerStatus.Ok }) return begun.Answer;
            if (!begun.Runs)
            {
                // Another attempt had begun. This one goes on, with what was created before and has that state by now.
                since = begun.Since;
                query = query.Before(begun.Since);
                continue;
            }

            var kept = await database.ChangeAsync(owner, batch => batch.Idempotency.EndRerun(key, created, answer), refusal: null, WriteScope.Answering(key.Call), CancellationToken.None);
            return begun.Answer with { Kept = kept };
        }
    }

    // Once begun it goes on, whoever hangs up: all of them, or none.
    private async ValueTask<(RerunCall Begun, long Created)> RunAsync(
        string owner, List<TaskId> ids, RerunQuery query, IdempotencyKey? key, long? since, CancellationToken cancellationToken)
    {
        using var room = new ReservedRoom(database.Room);
        // As many as a transaction may create: where there may be no room for them, what all nodes have is counted first.
        var scope = WriteScope.Creating(Math.Min(ids.Count, WriterTransactions.ChunkSize), key);
        var begun = await database.ChangeAsync(
            owner, batch => Begin(batch, room, ids.Count, key, since), static status => new RerunCall(OnceAnswer.Refused(status)), scope, cancellationToken);
        if (!begun.Runs) return (begun, 0);
        var created = 0L;
        for (var start = 0; start < ids.Count; start += WriterTransactions.ChunkSize)
        {
            var (first, chunk) = (start, ids.GetRange(start, Math.Min(WriterTransactions.ChunkSize, ids.Count - start)).ToArray());
            created += await database.ChangeAsync(
                owner, batch =>
                {
                    var again = batch.Reruns.Run(owner, chunk, query.State, first, query.SpreadSeconds / ids.Count);
                    if (key is { } made) batch.Idempotency.CountRerun(made, again);
                    return again;
                },
                refusal: null, new WriteScope(chunk.Length, Array.ConvertAll(chunk, static id => id.Sequence), key), CancellationToken.None);
            room.Use(chunk.Length);
        }

        return (begun, created);
    }

    // The transaction may be made twice. What has begun got its room then: whoever goes on with it needs none, and runs no task that has been run again.
    private static RerunCall Begin(WriteBatch batch, ReservedRoom room, int count, IdempotencyKey? key, long? since)
    {
        room.Set(0);
        var refusal = batch.Refusal(count);
        var call = key is { } made ? batch.Idempotency.BeginRerun(made, refusal) : new RerunCall(new OnceAnswer(new TaskAnswer(refusal ?? AnswerStatus.Ok)));
        if (call.Answer is not { Kept: null, Answer.Status: AnswerStatus.Ok }) return call;
        if (!call.Answer.IsRepeat) room.Set(count);
        else if (batch.IsClosed) return new RerunCall(OnceAnswer.Refused(AnswerStatus.ShuttingDown));
        return call with { Runs = !call.Answer.IsRepeat || call.Since == since };
    }

    private async ValueTask<List<TaskId>> SearchAsync(string owner, RerunQuery query, CancellationToken cancellationToken)
    {
        if (await database.Counters.FindAsync(owner, cancellationToken) is not { } counts) return [];
        return await database.Readers.ReadAsync((Owner: counts, Filter: query.ToQuery(WriterTransactions.ChunkSize)), static async (session, state, token) =>
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
