using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Where work in a database is got, and finished.</summary>
/// <param name="database">The database, in use.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
internal sealed class SqlWorkSource(DatabaseAccess database, TimeProvider timeProvider) : IWorkSource
{
    // How many tasks one transaction takes of a longer work.
    private const int ChunkSize = 1000;

    private readonly SqlWorkers _workers = new(database, timeProvider);

    /// <inheritdoc/>
    public async ValueTask<AcquireAnswer> AcquireAsync(WorkAcquire call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _workers.Note(call.Owner, call.Worker, call.Queues);
        var take = new WorkTake(call.Owner, call.Queues, call.Types, call.Max);
        var answer = call.Wait > TimeSpan.Zero ? await WaitAsync(call, take, cancellationToken) : await database.TakeWorkAsync(call, take, waiter: null);
        if (!cancellationToken.IsCancellationRequested) return answer;
        // Nobody is there any more to run them.
        if (answer.Tasks.Length > 0) await ReturnAsync(call.Owner, Array.ConvertAll(answer.Tasks, static task => task.Token));
        throw new OperationCanceledException(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask ReturnAsync(string? owner, IReadOnlyList<LeaseToken> tokens)
    {
        foreach (var chunk in tokens.Chunk(ChunkSize))
        {
            await database.ChangeAsync(
                batch =>
                {
                    batch.Starts.Return(owner, chunk);
                    return true;
                },
                refusal: null, ScopeOf(chunk, static token => token), CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<FinishAnswer[]> FinishAsync(string? owner, IReadOnlyList<WorkOutcome> outcomes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answers = new FinishAnswer[outcomes.Count];
        var start = 0;
        foreach (var chunk in outcomes.Chunk(ChunkSize))
        {
            var from = start;
            await database.ChangeAsync(
                batch =>
                {
                    batch.Outcomes.Take(owner, chunk, answers.AsSpan(from));
                    return true;
                },
                refusal: null, ScopeOf(chunk, static outcome => outcome.Token), from == 0 ? cancellationToken : CancellationToken.None);
            start += chunk.Length;
        }

        return answers;
    }

    /// <inheritdoc/>
    public ValueTask<HeartbeatAnswer> HeartbeatAsync(WorkHeartbeat call, CancellationToken cancellationToken)
    {
        _workers.Note(call.Owner, call.Worker, queues: null);
        return new SqlHeartbeat(database, timeProvider).AnswerAsync(call, cancellationToken);
    }

    /// <inheritdoc/>
    public IReadOnlyList<QueueCount> CountReady() => database.Storage.CountReady();

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WorkerInfo>> ListWorkersAsync(string owner, CancellationToken cancellationToken) => ValueTask.FromResult(_workers.List(owner));

    private async ValueTask<AcquireAnswer> WaitAsync(WorkAcquire call, WorkTake take, CancellationToken cancellationToken)
    {
        var waiters = database.Signals.Acquires;
        var waiter = waiters.Join(call, take);
        await waiter.Answer.Task.WaitAsync(call.Wait, timeProvider, cancellationToken).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return await waiters.LeaveAsync(waiter);
    }

    private static WriteScope ScopeOf<T>(T[] things, Func<T, LeaseToken> tokenOf) =>
        WriteScope.Working(Array.ConvertAll(things, thing => TaskId.TryParse(tokenOf(thing).Task, out var id) ? id.Sequence : 0));
}
