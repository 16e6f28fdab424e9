using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Where work in a database is got, and finished.</summary>
/// <param name="database">The database, in use.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
internal sealed class SqlWorkSource(DatabaseAccess database, TimeProvider timeProvider) : IWorkSource
{
    private readonly SqlWorkers _workers = database.Workers;

    /// <inheritdoc/>
    public async ValueTask<AcquireAnswer> AcquireAsync(WorkAcquire call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _workers.NoteAsync(call.Owner, call.Worker, call.Queues);
        var take = new WorkTake(call.Owner, call.Queues, call.Types, call.Max);
        var answer = call.Wait != TimeSpan.Zero ? await WaitAsync(call, take, cancellationToken) : await database.TakeWorkAsync(call, take, waiter: null);
        if (!cancellationToken.IsCancellationRequested) return answer;
        // Nobody is there any more to run them.
        if (answer.Tasks.Length > 0) await ReturnAsync(call.Owner, Array.ConvertAll(answer.Tasks, static task => task.Token));
        throw new OperationCanceledException(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask ReturnAsync(string? owner, IReadOnlyList<LeaseToken> tokens)
    {
        foreach (var chunk in tokens.Chunk(WriterTransactions.ChunkSize)) await database.ReturnWorkAsync(owner, chunk);
    }

    /// <inheritdoc/>
    public async ValueTask<FinishAnswer[]> FinishAsync(string? owner, IReadOnlyList<WorkOutcome> outcomes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answers = new FinishAnswer[outcomes.Count];
        var start = 0;
        foreach (var chunk in outcomes.Chunk(WriterTransactions.ChunkSize))
        {
            var from = start;
            await database.ChangeAsync(
                owner, batch =>
                {
                    batch.Outcomes.Take(owner, chunk, answers.AsSpan(from));
                    return true;
                },
                refusal: null, WriteScope.Working(Array.ConvertAll(chunk, static outcome => TaskNumbers.Of(outcome.Token.Task))), from == 0 ? cancellationToken : CancellationToken.None);
            start += chunk.Length;
        }

        return answers;
    }

    /// <inheritdoc/>
    public async ValueTask<HeartbeatAnswer> HeartbeatAsync(WorkHeartbeat call, CancellationToken cancellationToken)
    {
        await _workers.NoteAsync(call.Owner, call.Worker, queues: null);
        return await new SqlHeartbeat(database, timeProvider).AnswerAsync(call, cancellationToken);
    }

    /// <inheritdoc/>
    public IReadOnlyList<QueueCount> CountByQueue() => database.Storage.CountByQueue();

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WorkerInfo>> ListWorkersAsync(string owner, CancellationToken cancellationToken) => _workers.ListAsync(owner, cancellationToken);

    private async ValueTask<AcquireAnswer> WaitAsync(WorkAcquire call, WorkTake take, CancellationToken cancellationToken)
    {
        var waiters = database.Signals.Acquires;
        var waiter = waiters.Join(call, take);
        await ((Task)waiter.Answer.Task).WaitAsync(call.Wait, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await waiters.LeaveAsync(waiter);
    }
}
