using TaskApi.AspNetCore.Api;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.InProcess;

// Waiting, for one task and for many.
internal sealed partial class LocalTasks
{
    // Looked up at once.
    private const int ChunkSize = 256;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskInfo>> GatherTasksAsync(IEnumerable<TaskHandle> tasks, CancellationToken cancellationToken = default) =>
        await GatherAsync(tasks, stopsAtFailure: true, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskInfo>> GatherAllAsync(IEnumerable<TaskHandle> tasks, CancellationToken cancellationToken = default) =>
        await GatherAsync(tasks, stopsAtFailure: false, cancellationToken);

    /// <inheritdoc/>
    public async Task<WaitResult> WaitAsync(
        IEnumerable<TaskHandle> tasks, ReturnWhen returnWhen = ReturnWhen.AllCompleted, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        Guid[] ids = [.. IdsOf(tasks).Distinct()];
        if (ids.Length == 0)
            throw Invalid("ids", "must have at least one element.");
        // How they ended is kept: they may be forgotten before the others are done.
        var (done, left) = (new Dictionary<Guid, TaskInfo>(), new List<TaskInfo>());
        await foreach (var task in FinishedAsync(ids, timeout, cancellationToken))
        {
            done[task.Id] = task.ToInfo();
            if (returnWhen == ReturnWhen.FirstCompleted || (returnWhen == ReturnWhen.FirstException && task.State == TaskState.Failed))
                break;
        }

        foreach (var chunk in ids.Where(id => !done.ContainsKey(id)).Chunk(ChunkSize))
        {
            var found = await AskAsync(ports.Queries.FindManyAsync(owner, chunk, cancellationToken));
            left.AddRange(found.Select((task, i) => task?.ToInfo() ?? throw Refusals.NotFound([chunk[i]])));
        }

        foreach (var task in left.Where(static task => task.Done)) done.Add(task.Id, task);
        var pending = left.Where(static task => !task.Done).ToArray();
        return new WaitResult([.. ids.Where(done.ContainsKey).Select(id => done[id])], pending);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaskInfo> AsCompletedAsync(
        IEnumerable<TaskHandle> tasks, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var task in FinishedAsync([.. IdsOf(tasks).Distinct()], timeout: null, cancellationToken))
            yield return task.ToInfo();
    }

    /// <summary>Waits until a task is done, or the time is over.</summary>
    public async Task<TaskInfo> WaitAsync(Guid id, TimeSpan? timeout, CancellationToken cancellationToken) => (await AwaitAsync(id, timeout, cancellationToken)).ToInfo();

    private static Exception Invalid(string field, string rule)
    {
        var errors = new FieldErrors();
        errors.Add(field, rule);
        return errors.ToProblem().ToException();
    }

    private Guid[] IdsOf(IEnumerable<TaskHandle> tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        Guid[] ids = [.. tasks.Select(static task => task.Id)];
        return ids.Length <= settings.Value.MaxBatch ? ids : throw Invalid("ids", FormattableString.Invariant($"must have at most {settings.Value.MaxBatch} elements."));
    }

    private async Task<TaskInfo[]> GatherAsync(IEnumerable<TaskHandle> tasks, bool stopsAtFailure, CancellationToken cancellationToken)
    {
        var ids = IdsOf(tasks);
        var finished = new Dictionary<Guid, TaskInfo>(ids.Length);
        await foreach (var task in FinishedAsync([.. ids.Distinct()], timeout: null, cancellationToken))
        {
            if (stopsAtFailure && task.State != TaskState.Completed)
                throw Refusals.GatherFailed(task, Array.IndexOf(ids, task.Id));
            finished.Add(task.Id, task.ToInfo());
        }

        return Array.ConvertAll(ids, id => finished[id]);
    }

    private async Task<TaskSnapshot> AwaitAsync(Guid id, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(ports.Waits.WatchAsync(owner, id, cancellationToken));
        var task = answer.TaskOrThrow();
        if (answer.Completion is not { } completion)
            return task;
        // Ours, and disposed here: it joins the caller's patience with the program's end.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            return await completion.Task.WaitAsync(timeout ?? Timeout.InfiniteTimeSpan, ports.TimeProvider, ended.Token);
        }
        catch (TimeoutException)
        {
            return (await AskAsync(ports.Queries.FindAsync(owner, id, cancellationToken))).TaskOrThrow();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw AnswerStatus.ShuttingDown.ToProblem().ToException();
        }
    }

    // Each as it finishes; those done from the start first, the earliest before the others. Ends early when the time is over.
    private async IAsyncEnumerable<TaskSnapshot> FinishedAsync(Guid[] ids, TimeSpan? timeout, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var set = new CompletionSet(new SnapshotBudget(long.MaxValue, static _ => true));
        await WatchAsync(set, ids, cancellationToken);
        set.Begin();
        using var patience = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, ports.TimeProvider);
        // Ours, and disposed here: it joins the caller's patience with our own and the program's end.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token, lifetime.ApplicationStopping);
        while (true)
        {
            while (set.TryRead(out var finished))
                yield return finished.Task!;
            try
            {
                if (!await set.WaitToReadAsync(ended.Token))
                    yield break;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                if (lifetime.ApplicationStopping.IsCancellationRequested)
                    throw AnswerStatus.ShuttingDown.ToProblem().ToException();
                yield break;
            }
        }
    }

    private async Task WatchAsync(CompletionSet set, Guid[] ids, CancellationToken cancellationToken)
    {
        List<Guid>? unknown = null;
        foreach (var chunk in ids.Chunk(ChunkSize))
        {
            var watched = await AskAsync(ports.Waits.WatchManyAsync(owner, chunk, cancellationToken));
            for (var i = 0; i < watched.Length; i++)
            {
                if (watched[i].Task is null)
                    (unknown ??= []).Add(chunk[i]);
                else
                    set.Add(watched[i]);
            }
        }

        if (unknown is not null)
            throw Refusals.NotFound(unknown);
    }
}
