using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The tasks that one call waits for, each once. Ending the wait touches none of them. For one caller at a time.</summary>
/// <param name="commands">Cancels them when the time is over, if it is asked to.</param>
/// <param name="queries">Looks them up.</param>
/// <param name="owner">Whose they are.</param>
/// <param name="waiter">Waits.</param>
/// <param name="room">For what is kept of them.</param>
internal sealed class WaitedTasks(ITaskCommands commands, ITaskQueries queries, string owner, TaskWaiter waiter, SnapshotBudget room) : IDisposable
{
    // How many are looked at, or cancelled, at once: each may be long.
    private const int ChunkSize = 256;

    private static readonly TaskError _timeout = new(TaskError.Timeout, Detail: null);

    private readonly List<TaskCompletion?> _completions = [];
    private int[]? _places;

    /// <summary>What is known of them. What is pending isn't kept: it is looked at again when the wait is over.</summary>
    public ResponseTasks Tasks { get; } = new(queries, owner, room);

    /// <summary>The tasks as they finish.</summary>
    public CompletionSet Finished { get; } = new(room);

    /// <summary>The tasks as the request names them, by their index; null if it names each once, in order.</summary>
    public IReadOnlyList<int>? Order => _places;

    /// <summary>The index of the task that decided the wait before all were done; null if none has.</summary>
    public int? Decisive { get; private set; }

    /// <summary>Adds a task, before the wait begins.</summary>
    public void Add(WatchedTask task)
    {
        Tasks.Add(task.Task, keep: task.Completion is null);
        _completions.Add(task.Completion);
        Finished.Add(task);
    }

    /// <summary>Looks tasks up, some at a time, and adds those that are there; says of each whether it is.</summary>
    public async ValueTask<bool[]> AddAsync(ITaskWaits waits, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var found = new bool[ids.Count];
        for (var start = 0; start < found.Length; start += ChunkSize)
        {
            var watched = await waits.WatchManyAsync(owner, [.. ids.Skip(start).Take(ChunkSize)], cancellationToken);
            for (var i = 0; i < watched.Length; i++)
            {
                if (found[start + i] = watched[i].Task is not null)
                    Add(watched[i]);
            }
        }

        return found;
    }

    /// <summary>All have been added.</summary>
    /// <param name="places">For each place in the request the index of its task; null if no task was named twice.</param>
    public WaitedTasks Begin(int[]? places = null)
    {
        _places = places;
        Finished.Begin();
        return this;
    }

    /// <summary>The index of the first task in the request that stands so; null if none does.</summary>
    public int? FindFirst(Func<TaskState, bool> isMeant)
    {
        for (var i = 0; i < (_places?.Length ?? Tasks.Count); i++)
        {
            var index = _places?[i] ?? i;
            if (isMeant(Tasks.State(index)))
                return index;
        }

        return null;
    }

    /// <summary>The first place of a task in the request.</summary>
    public int PlaceOf(int index) => _places is null ? index : Array.IndexOf(_places, index);

    /// <summary>
    /// Waits until all tasks are done, or one whose final state decides the wait. Of several that are done from the start the first
    /// in the request decides, of those that finish later the first to finish: as asyncio.gather has it.
    /// </summary>
    /// <param name="decides">Whether a task that has ended so decides the wait.</param>
    /// <param name="time">How long to wait at the most.</param>
    /// <param name="cancelOthers">True to cancel the others then, and to wait for them too: as asyncio.TaskGroup has it.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    /// <exception cref="OperationCanceledException">The caller hung up.</exception>
    public async Task<WaitEnd> WaitAsync(Func<TaskState, bool> decides, TimeSpan time, bool cancelOthers, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tasks.Count && Decisive is null; i++)
        {
            if (_completions[i] is null && Decides(i, decides) && !cancelOthers)
                return WaitEnd.Finished;
        }

        var collecting = CollectAsync(decides, cancelOthers);
        try
        {
            var end = await waiter.WaitAsync(collecting, time, cancellationToken);
            if (end != WaitEnd.Finished)
                Finished.Dispose();
            return await collecting ? WaitEnd.Finished : end;
        }
        finally
        {
            Finished.Dispose();
        }
    }

    /// <summary>Looks once more, now that the wait is over, at every task that was pending.</summary>
    /// <param name="cancel">True to cancel, with reason <c>timeout</c>, what is still pending: all, even if the client hangs up now.</param>
    /// <returns>True if any was still pending.</returns>
    public async ValueTask<bool> LookUpAsync(bool cancel)
    {
        var werePending = false;
        var (missing, gone) = (new List<int>(ChunkSize), new List<int>());
        for (var i = 0; i < Tasks.Count; i++)
        {
            if (_completions[i] is not null)
                missing.Add(i);
            if (missing.Count == ChunkSize || (i == Tasks.Count - 1 && missing.Count > 0))
            {
                werePending |= await LookUpAsync(missing, cancel, gone);
                missing.Clear();
            }
        }

        // Those that are forgotten already are done.
        if (gone.Count > 0)
        {
            var ended = await waiter.FindOutAsync([.. gone.Select(i => (_completions[i]!, (TaskSnapshot?)null))]);
            for (var i = 0; i < ended.Length; i++)
                Tasks.NoteLast(gone[i], ended[i]);
        }

        return werePending;
    }

    /// <summary>The same, of which those are wanted that have finished: their indexes, the earliest first. What has been noted before isn't among them.</summary>
    public async ValueTask<IReadOnlyList<int>> LookUpLateAsync()
    {
        var pending = new List<int>();
        for (var i = 0; i < _completions.Count; i++)
        {
            if (_completions[i] is not null)
                pending.Add(i);
        }

        await LookUpAsync(cancel: false);
        pending.RemoveAll(index => !Tasks.State(index).IsDone());
        var finished = new List<(DateTimeOffset? At, int Index)>(pending.Count);
        await foreach (var (index, task) in Tasks.ReadAsync(pending, CancellationToken.None))
            finished.Add((task?.FinishedAt, index));
        finished.Sort();
        return finished.ConvertAll(static late => late.Index);
    }

    /// <summary>Takes note that a task has finished.</summary>
    public void Note(FinishedTask finished)
    {
        _completions[finished.Index] = null;
        Tasks.Note(finished.Index, finished.State, finished.Task);
    }

    /// <inheritdoc/>
    public void Dispose() => Finished.Dispose();

    private async Task<bool> CollectAsync(Func<TaskState, bool> decides, bool cancelOthers)
    {
        if (Decisive is not null)
            await CancelOthersAsync();
        do
        {
            while (Finished.TryRead(out var finished))
            {
                Note(finished);
                if (Decisive is not null || !Decides(finished.Index, decides))
                    continue;
                if (!cancelOthers)
                    return true;
                await CancelOthersAsync();
            }
        }
        while (await Finished.WaitToReadAsync(CancellationToken.None));
        return Finished.Remaining == 0;
    }

    private async ValueTask<bool> LookUpAsync(List<int> missing, bool cancel, List<int> gone)
    {
        var werePending = false;
        var ids = missing.ConvertAll(Tasks.Id);
        TaskSnapshot?[] found;
        if (cancel)
        {
            var answers = await commands.CancelManyAsync(owner, ids, _timeout, CancellationToken.None);
            werePending = Array.Exists(answers, static answer => answer.Status == AnswerStatus.Ok);
            found = Array.ConvertAll(answers, static answer => answer.Task);
        }
        else
        {
            found = await queries.FindManyAsync(owner, ids, CancellationToken.None);
            werePending = Array.Exists(found, static task => task is { IsDone: false });
        }

        for (var i = 0; i < found.Length; i++)
        {
            if (found[i] is { } task)
                Tasks.Note(missing[i], task.AwaitedState, task);
            else
                gone.Add(missing[i]);
        }

        return werePending;
    }

    // What they come to is told as it happens.
    private async Task CancelOthersAsync()
    {
        var left = new List<Guid>(ChunkSize);
        for (var i = 0; i < Tasks.Count; i++)
        {
            if (_completions[i] is not null)
                left.Add(Tasks.Id(i));
            if (left.Count < ChunkSize && i < Tasks.Count - 1)
                continue;
            await commands.CancelManyAsync(owner, left, TaskErrors.CancelledPlainly, CancellationToken.None);
            left.Clear();
        }
    }

    private bool Decides(int index, Func<TaskState, bool> decides)
    {
        if (!decides(Tasks.State(index)))
            return false;
        Decisive = index;
        return true;
    }
}
