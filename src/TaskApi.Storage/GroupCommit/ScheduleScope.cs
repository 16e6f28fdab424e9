namespace TaskApi.Storage.GroupCommit;

/// <summary>The schedule that a change concerns.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Moves">True to move it on, unless another process just does something to it; false to ask for something else, after that one.</param>
internal readonly record struct ScheduleScope(string Owner, string Name, bool Moves);
