namespace TaskApi;

/// <summary>What a task waits for before its delay begins.</summary>
/// <param name="Ids">The tasks.</param>
/// <param name="On">What they have to come to.</param>
/// <param name="Left">How many of them aren't done.</param>
public sealed record TaskAfter(IReadOnlyList<Guid> Ids, AfterRule On, int Left);
