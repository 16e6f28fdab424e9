using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>From what callers ask for to what the database is asked.</summary>
internal static class TaskFilters
{
    /// <summary>The filters that a query needs.</summary>
    /// <param name="owner">Whose tasks; 0: everybody's.</param>
    /// <param name="query">Which.</param>
    public static TaskFilter Of(int owner, TaskQuery query) =>
        (owner == 0 ? TaskFilter.None : TaskFilter.Owner)
        | (query.Group is null ? TaskFilter.None : TaskFilter.Group)
        | (query.Name is null ? TaskFilter.None : TaskFilter.Name)
        | query.State switch { null => TaskFilter.None, TaskState.Pending => TaskFilter.Pending, TaskState.Running => TaskFilter.Running, _ => TaskFilter.State }
        | (query.Type is null ? TaskFilter.None : TaskFilter.Type)
        | (query.Queue is null ? TaskFilter.None : TaskFilter.Queue)
        | (query.Key is null ? TaskFilter.None : TaskFilter.Key)
        | (query.Schedule is null ? TaskFilter.None : TaskFilter.Schedule)
        | (query.Parent is null ? TaskFilter.None : TaskFilter.Parent)
        | (query.CreatedAfter is null ? TaskFilter.None : TaskFilter.CreatedAfter)
        | (query.CreatedBefore is null ? TaskFilter.None : TaskFilter.CreatedBefore)
        | (query.ByDue ? TaskFilter.ByDue : TaskFilter.None)
        | (query.NewestFirst ? TaskFilter.NewestFirst : TaskFilter.None);
}
