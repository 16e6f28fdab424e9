using System.Runtime.CompilerServices;
using TaskApi.AspNetCore.Api.Gathering;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.InProcess;

// Waiting, for one task and for many: as calls over HTTP do, but as long as it takes.
internal sealed partial class LocalTasks
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<TaskInfo>> GatherTasksAsync(IEnumerable<TaskHandle> tasks, CancellationToken cancellationToken = default) =>
        GatherAsync(tasks, static state => state.IsDoneWithoutResult(), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TaskInfo>> GatherAllAsync(IEnumerable<TaskHandle> tasks, CancellationToken cancellationToken = default) =>
        GatherAsync(tasks, static _ => false, cancellationToken);

    /// <inheritdoc/>
    public async Task<WaitResult> WaitAsync(
        IEnumerable<TaskHandle> tasks, ReturnWhen returnWhen = ReturnWhen.AllCompleted, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var time = WaitTime.Of(timeout);
        using var waited = await WatchAsync(tasks, cancellationToken);
        if (waited.Tasks.Count == 0)
            throw Invalid("ids", "must have at least one element.");
        await AwaitAsync(waited, returnWhen.Suffices(), time, cancellationToken);
        await AskAsync(waited.LookUpAsync(cancel: false));
        var seen = await ReadAsync(waited, order: null, cancellationToken);
        return new WaitResult([.. seen.Where(static task => task.Done)], [.. seen.Where(static task => !task.Done)]);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaskInfo> AsCompletedAsync(IEnumerable<TaskHandle> tasks, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var waited = await WatchAsync(tasks, cancellationToken);
        while (true)
        {
            while (waited.Finished.TryRead(out var finished))
                yield return finished.Task!.ToInfo();
            if (!await MayGoOnAsync(waited.Finished, cancellationToken))
                yield break;
        }
    }

    /// <summary>Waits until a task is done, or the time is over.</summary>
    public async Task<TaskInfo> WaitAsync(Guid id, TimeSpan? timeout, CancellationToken cancellationToken) => (await AwaitAsync(id, WaitTime.Of(timeout), cancellationToken)).ToInfo();

    private static Exception Invalid(string field, string rule)
    {
        var errors = new FieldErrors();
        errors.Add(field, rule);
        return errors.ToProblem().ToException();
    }

    private async Task<IReadOnlyList<TaskInfo>> GatherAsync(IEnumerable<TaskHandle> tasks, Func<TaskState, bool> fails, CancellationToken cancellationToken)
    {
        using var waited = await WatchAsync(tasks, cancellationToken);
        await AwaitAsync(waited, fails, timeout: null, cancellationToken);
        if (waited.Decisive is { } decisive)
            throw Refusals.GatherFailed(waited.PlaceOf(decisive), waited.Tasks.Kept(decisive)!);
        return await ReadAsync(waited, waited.Order, cancellationToken);
    }

    private async Task<TaskSnapshot> AwaitAsync(Guid id, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(ports.Waits.WatchAsync(owner, id, cancellationToken));
        var (task, problem) = await AskAsync(ports.Reader.AwaitAsync(owner, answer, new RequestedWait(timeout ?? Timeout.InfiniteTimeSpan, PreferenceApplied: null), cancellationToken));
        return task ?? throw problem!.ToException();
    }

    private static async Task AwaitAsync(WaitedTasks waited, Func<TaskState, bool> decides, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (await waited.WaitAsync(decides, timeout ?? Timeout.InfiniteTimeSpan, cancelOthers: false, cancellationToken) == WaitEnd.ShuttingDown)
            throw Stopping.Problem().ToException();
    }

    private async Task<bool> MayGoOnAsync(CompletionSet finished, CancellationToken cancellationToken)
    {
        // Ours, and disposed here: it joins the caller's patience with the program's end.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ports.Waiter.Stopping);
        try
        {
            return await finished.WaitToReadAsync(ended.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Stopping.Problem().ToException();
        }
    }

    // All of them are kept: who asks has them in this very memory.
    private async Task<WaitedTasks> WatchAsync(IEnumerable<TaskHandle> tasks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        Guid[] ids = [.. tasks.Select(static task => task.Id)];
        if (ids.Length > settings.Value.MaxBatch)
            throw Invalid("ids", FormattableString.Invariant($"must have at most {settings.Value.MaxBatch} elements."));
        var places = new int[ids.Length];
        var known = new Dictionary<Guid, int>(ids.Length);
        for (var i = 0; i < ids.Length; i++)
        {
            if (!known.TryGetValue(ids[i], out places[i]))
                known.Add(ids[i], places[i] = known.Count);
        }

        var waited = new WaitedTasks(ports.Commands, ports.Queries, owner, ports.Waiter, new SnapshotBudget(long.MaxValue, static _ => true));
        Guid[] looked = [.. known.Keys];
        var found = await AskAsync(waited.AddAsync(ports.Waits, looked, cancellationToken));
        Guid[] unknown = [.. looked.Where((_, i) => !found[i])];
        return unknown.Length == 0 ? waited.Begin(known.Count == places.Length ? null : places) : throw Refusals.NotFound(unknown);
    }

    private static async Task<List<TaskInfo>> ReadAsync(WaitedTasks waited, IReadOnlyList<int>? order, CancellationToken cancellationToken)
    {
        var infos = new List<TaskInfo>();
        await foreach (var (index, task) in waited.Tasks.ReadAsync(order, cancellationToken))
            infos.Add(task?.ToInfo() ?? throw Refusals.NotFound([waited.Tasks.Id(index)]));
        return infos;
    }
}
