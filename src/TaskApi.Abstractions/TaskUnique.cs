namespace TaskApi;

/// <summary>That there is to be at most one task with a key. It is looked for and created in one step, however many ask at once.</summary>
/// <param name="Key">The key, among all tasks of the same owner: 1 to 128 characters.</param>
public sealed record TaskUnique(string Key)
{
    /// <summary>Among which tasks: by default those that are not done.</summary>
    public UniqueScope Scope { get; init; }

    /// <summary>
    /// What happens if there is one: by default the call answers with that. <see cref="UniqueConflict.Reject"/>, and
    /// <see cref="UniqueConflict.Replace"/> of one that has begun or is of another type, throw <see cref="TaskExistsException"/>.
    /// </summary>
    public UniqueConflict OnConflict { get; init; }
}
