using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Handlers;

namespace TaskApi.Engine.Work;

/// <summary>Finds out what became of the tasks that others have waited for. Thread-safe.</summary>
/// <param name="queries">The storage.</param>
internal sealed class ParentTasks(ITaskQueries queries)
{
    /// <summary>What became of those that a task has waited for.</summary>
    public async ValueTask<IReadOnlyList<ParentTask>> FindAsync(TaskSnapshot task, CancellationToken cancellationToken)
    {
        if (task.Work?.After is not { Ids: var ids }) return [];
        var found = await queries.FindManyAsync(task.Owner, ids, cancellationToken);
        var parents = new ParentTask[ids.Count];
        for (var i = 0; i < parents.Length; i++)
        {
            // Nobody knows any more how it ended, but that it has.
            parents[i] = found[i] is { } known
                ? ParentTaskJson.Of(ids[i], known.State, known.Work?.Result, known.Result, known.Error)
                : ParentTaskJson.Of(ids[i], TaskState.Failed, json: null, text: null, TaskErrors.HasBeenForgotten);
        }

        return parents;
    }
}
