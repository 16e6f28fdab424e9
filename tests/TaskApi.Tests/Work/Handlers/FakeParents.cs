using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>Tasks that are done, for others to have waited for; and how often one of them was looked up. Thread-safe once filled.</summary>
internal sealed class FakeParents : ITaskQueries
{
    private readonly Dictionary<Guid, TaskSnapshot> _tasks = [];
    private Exception? _fault;
    private int _looks;

    /// <summary>How many have been looked up.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>Adds one that has completed.</summary>
    public Guid Add(string result)
    {
        var task = FakeTask.Of(TaskState.Completed, "other", result: result, finishedAt: default(DateTimeOffset));
        _tasks.Add(task.Id, task);
        return task.Id;
    }

    /// <summary>The next look throws this.</summary>
    public void FailOnce(Exception fault) => Interlocked.Exchange(ref _fault, fault);

    public ValueTask<TaskSnapshot?[]> FindManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _looks, ids.Count);
        if (Interlocked.Exchange(ref _fault, value: null) is { } fault)
            throw fault;
        return ValueTask.FromResult(ids.Select(id => _tasks.GetValueOrDefault(id)).ToArray());
    }

    public ValueTask<TaskAnswer> FindAsync(string owner, Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<TaskPage> ListAsync(string owner, TaskQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<StorageStats> GetStatsAsync(string owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    public StorageTotals GetTotals() => throw new NotSupportedException();
}
