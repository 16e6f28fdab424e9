using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The tasks that one call waits for, each once. Ending the wait touches none of them. For one caller at a time.</summary>
internal sealed class WaitedTasks : IDisposable
{
    private static readonly TaskError _timeout = new(TaskError.Timeout, Detail: null);

    private readonly ITaskRegistry _registry;
    private readonly string _owner;
    private readonly Guid[] _ids;
    private readonly TaskCompletion?[] _completions;
    private readonly TaskSnapshot?[] _finished;
    private readonly int[]? _places;

    /// <param name="registry">Where the tasks are.</param>
    /// <param name="owner">Whose they are.</param>
    /// <param name="tasks">The tasks, each once. Not kept: what is pending now is looked at again when the wait is over.</param>
    /// <param name="places">For each place in the request the index of its task; null if no task was named twice.</param>
    public WaitedTasks(ITaskRegistry registry, string owner, TaskHandle[] tasks, int[]? places = null)
    {
        (_registry, _owner, _places) = (registry, owner, places);
        _ids = Array.ConvertAll(tasks, static handle => handle.Task.Id);
        _completions = Array.ConvertAll(tasks, static handle => handle.Completion);
        _finished = Array.ConvertAll(tasks, static handle => handle.Completion is null ? handle.Task : null);
        Finished = new CompletionSet(tasks);
    }

    /// <summary>The tasks as they finish.</summary>
    public CompletionSet Finished { get; }

    /// <summary>The task that decided the wait before all were done, and its first place in the request; null if none has.</summary>
    public FinishedTask? Decisive { get; private set; }

    /// <summary>
    /// Waits until all tasks are done, or one whose final state decides the wait. Of several that are done from the start the first
    /// in the request decides, of those that finish later the first to finish: as asyncio.gather has it.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller hung up.</exception>
    public async Task<WaitEnd> WaitAsync(TaskWaiter waiter, Func<TaskState, bool> decides, TimeSpan time, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _finished.Length; i++)
        {
            if (_finished[i] is { } done && Decides(i, done, decides))
                return WaitEnd.Finished;
        }

        var collecting = CollectAsync(decides);
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

    /// <summary>Looks at every task once more, now that the wait is over.</summary>
    /// <param name="waiter">Finds out what has become of those that are gone.</param>
    /// <param name="cancel">True to cancel, with reason <c>timeout</c>, what is still pending.</param>
    /// <returns>The tasks, each once, and whether any was still pending.</returns>
    public async ValueTask<(TaskSnapshot[] Tasks, bool WerePending)> LookAsync(TaskWaiter waiter, bool cancel)
    {
        var found = (TaskSnapshot?[])_finished.Clone();
        var werePending = Array.IndexOf(found, null) >= 0 && (cancel ? await CancelAsync(found) : await FindAsync(found));
        // Those that are forgotten already are done.
        var gone = Missing(found);
        if (gone.Count > 0)
        {
            var ended = await waiter.FindOutAsync([.. gone.Select(i => (_completions[i]!, (TaskSnapshot?)null))]);
            for (var i = 0; i < ended.Length; i++)
                found[gone[i]] = ended[i];
        }

        return (Array.ConvertAll(found, static task => task!), werePending);
    }

    /// <summary>Puts something about each task into the order of the request, as often as the request names the task.</summary>
    public T[] Arrange<T>(T[] tasks) => _places is null ? tasks : Array.ConvertAll(_places, index => tasks[index]);

    /// <inheritdoc/>
    public void Dispose() => Finished.Dispose();

    private async Task<bool> CollectAsync(Func<TaskState, bool> decides)
    {
        do
        {
            while (Finished.TryRead(out var finished))
            {
                _finished[finished.Index] = finished.Task;
                if (Decides(finished.Index, finished.Task, decides))
                    return true;
            }
        }
        while (await Finished.WaitToReadAsync(CancellationToken.None));
        return Finished.Remaining == 0;
    }

    // Fills in what is missing, as it stands; true if any of it is pending.
    private async ValueTask<bool> FindAsync(TaskSnapshot?[] tasks)
    {
        var missing = Missing(tasks);
        var handles = await _registry.WatchManyAsync(_owner, missing.ConvertAll(i => _ids[i]), CancellationToken.None);
        for (var i = 0; i < handles.Length; i++)
            tasks[missing[i]] = handles[i].Task;
        return Array.Exists(handles, static handle => handle.Completion is not null);
    }

    // The same, having cancelled it: all, even if the client hangs up now.
    private async ValueTask<bool> CancelAsync(TaskSnapshot?[] tasks)
    {
        var missing = Missing(tasks);
        var answers = await _registry.CancelManyAsync(_owner, missing.ConvertAll(i => _ids[i]), _timeout, CancellationToken.None);
        for (var i = 0; i < answers.Length; i++)
            tasks[missing[i]] = answers[i].Task;
        return Array.Exists(answers, static answer => answer.Status == RegistryStatus.Ok);
    }

    private static List<int> Missing(TaskSnapshot?[] tasks)
    {
        var missing = new List<int>();
        for (var i = 0; i < tasks.Length; i++)
        {
            if (tasks[i] is null)
                missing.Add(i);
        }

        return missing;
    }

    private bool Decides(int index, TaskSnapshot task, Func<TaskState, bool> decides)
    {
        if (!decides(task.State))
            return false;
        Decisive = new FinishedTask(_places is null ? index : Array.IndexOf(_places, index), task);
        return true;
    }
}
