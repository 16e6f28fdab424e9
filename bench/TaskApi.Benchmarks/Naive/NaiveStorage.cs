using System.Collections.Concurrent;

namespace TaskApi.Benchmarks.Naive;

/// <summary>The obvious way to do it: a dictionary, and for each task a cancellation source and an awaited delay.</summary>
internal sealed class NaiveStorage
{
    private readonly ConcurrentDictionary<Guid, NaiveTask> _tasks = new();

    public NaiveTask Create(string message, TimeSpan delay)
    {
        var task = new NaiveTask(message, TimeProvider.System.GetUtcNow(), delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
        _tasks[task.Id] = task;
        task.Start();
        return task;
    }

    public NaiveTask? Find(Guid id) => _tasks.GetValueOrDefault(id);

    public NaiveTask? Cancel(Guid id)
    {
        if (Find(id) is not { } task) return null;
        task.Cancellation.Cancel();
        return task;
    }

    /// <summary>Cancels the delay and begins another one.</summary>
    public NaiveTask? Reschedule(Guid id, TimeSpan delay)
    {
        if (Find(id) is not { } task) return null;
        var again = task.After(delay);
        _tasks[id] = again;
        task.Cancellation.Cancel();
        again.Start();
        return again;
    }

    /// <summary>A page in creation order, which a dictionary doesn't have.</summary>
    public NaiveTask[] List(int limit) => _tasks.Values.OrderBy(static task => task.CreatedAt).Take(limit).ToArray();

    public void Forget(Guid id) => _tasks.TryRemove(id, out _);

    /// <summary>Ends all delays: .NET's timer queue would keep them, and the tasks with them.</summary>
    public void Clear()
    {
        foreach (var task in _tasks.Values) task.Cancellation.Cancel();
        _tasks.Clear();
    }
}
