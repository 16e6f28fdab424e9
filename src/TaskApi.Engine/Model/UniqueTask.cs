namespace TaskApi.Engine.Model;

/// <summary>That there is to be at most one task of its owner with a key.</summary>
/// <param name="Key">By <see cref="FieldRules.Name"/>.</param>
/// <param name="Scope">Among which tasks.</param>
/// <param name="OnConflict">What happens if there is one.</param>
internal sealed record UniqueTask(string Key, UniqueScope Scope, UniqueConflict OnConflict)
{
    /// <summary>True if a creation is refused because of the task that there is.</summary>
    /// <param name="state">Where that stands.</param>
    /// <param name="isOfType">True if it is of the type of the one to create: what one type takes for an input another may not.</param>
    public bool IsRefusedBy(TaskState state, bool isOfType) => OnConflict == UniqueConflict.Reject || (OnConflict == UniqueConflict.Replace && (state != TaskState.Pending || !isOfType));

    /// <summary>True if a task in this state is in its way.</summary>
    public bool Concerns(TaskState state) => !state.IsDone() && (Scope == UniqueScope.Unfinished || state == TaskState.Pending);
}
