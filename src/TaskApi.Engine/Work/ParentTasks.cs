using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Handlers;

namespace TaskApi.Engine.Work;

/// <summary>Finds out what became of the tasks that others have waited for. Thread-safe.</summary>
/// <param name="queries">The storage.</param>
internal sealed class ParentTasks(ITaskQueries queries)
{
    /// <summary>Those that a task has waited for; null at the place of one that nobody knows any more.</summary>
    public async ValueTask<TaskSnapshot?[]> FindAsync(TaskSnapshot task, CancellationToken cancellationToken) =>
        task.Work?.After is { Ids: var ids } ? await queries.FindManyAsync(task.Owner, ids, cancellationToken) : [];

    /// <summary>What became of them. Whatever is wrong with their results is the concern of who asks, and of nobody else.</summary>
    /// <param name="task">The task.</param>
    /// <param name="found">What <see cref="FindAsync"/> has found.</param>
    public static IReadOnlyList<ParentTask> Show(TaskSnapshot task, TaskSnapshot?[] found)
    {
        if (task.Work?.After is not { Ids: var ids }) return [];
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
