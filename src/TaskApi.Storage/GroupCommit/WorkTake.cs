namespace TaskApi.Storage.GroupCommit;

/// <summary>A taking of tasks whose turn it is.</summary>
/// <param name="Owner">Whose; null: everybody's.</param>
/// <param name="Queues">Of these queues; empty where <paramref name="Types"/> says which.</param>
/// <param name="Types">Of these types, in whatever queue.</param>
/// <param name="Max">How many at the most.</param>
internal sealed record WorkTake(string? Owner, IReadOnlyList<string> Queues, IReadOnlyList<string> Types, int Max);
