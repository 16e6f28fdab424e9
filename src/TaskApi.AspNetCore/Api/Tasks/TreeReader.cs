using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>Reads the tree below a task. For one call.</summary>
/// <param name="queries">Finds tasks.</param>
/// <param name="owner">Whose they are.</param>
internal sealed class TreeReader(ITaskQueries queries, string owner)
{
    /// <summary>How many tasks a tree shows.</summary>
    public const int MostTasks = 200;

    /// <summary>How deep it goes.</summary>
    public const int MostDepth = 24;

    private readonly HashSet<Guid> _shown = [];
    private int _left = MostTasks - 1;

    /// <summary>True if there may be more than has been read.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>The tree below a task.</summary>
    public async ValueTask<TreeNodeResponse> ReadAsync(TaskSnapshot task, int depth, CancellationToken cancellationToken)
    {
        var node = new TreeNodeResponse { Id = task.Id, Name = task.Name, Type = task.Work?.Type, Status = task.State, Created = [], Awaits = [] };
        if (!_shown.Add(task.Id))
            return node with { Repeated = true };
        var created = await FindCreatedAsync(task.Id, cancellationToken);
        var awaited = await FindAwaitedAsync(task, cancellationToken);
        if (depth == MostDepth)
        {
            IsTruncated |= created.Count + awaited.Count > 0;
            return node;
        }

        return node with { Awaits = await ReadAllAsync(awaited, depth + 1, cancellationToken), Created = await ReadAllAsync(created, depth + 1, cancellationToken) };
    }

    private async ValueTask<TreeNodeResponse[]> ReadAllAsync(List<TaskSnapshot> tasks, int depth, CancellationToken cancellationToken)
    {
        var nodes = new TreeNodeResponse[tasks.Count];
        for (var i = 0; i < nodes.Length; i++)
            nodes[i] = await ReadAsync(tasks[i], depth, cancellationToken);
        return nodes;
    }

    private async ValueTask<List<TaskSnapshot>> FindCreatedAsync(Guid id, CancellationToken cancellationToken)
    {
        if (_left == 0)
        {
            IsTruncated = true;
            return [];
        }

        var page = await queries.ListAsync(owner, new TaskQuery(State: null, Group: null, Name: null, After: id, Limit: _left) { Parent = id }, cancellationToken);
        IsTruncated |= page.Next is not null;
        _left -= page.Tasks.Count;
        return [.. page.Tasks];
    }

    private async ValueTask<List<TaskSnapshot>> FindAwaitedAsync(TaskSnapshot task, CancellationToken cancellationToken)
    {
        var awaitedIds = task.Work switch
        {
            { After: { } after } => after.Ids,
            { Type: WorkTypes.Gather, Input: var input } => GatherInputRules.IdsOf(input),
            _ => [],
        };
        if (awaitedIds.Count == 0)
            return [];
        Guid[] ids = [.. awaitedIds.Take(_left)];
        _left -= ids.Length;
        var found = await queries.FindManyAsync(owner, ids, cancellationToken);
        var tasks = new List<TaskSnapshot>(ids.Length);
        foreach (var awaited in found)
        {
            if (awaited is not null)
                tasks.Add(awaited);
        }

        IsTruncated |= tasks.Count < awaitedIds.Count;
        return tasks;
    }
}
