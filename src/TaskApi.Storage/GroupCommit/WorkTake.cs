using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>A taking of tasks whose turn it is.</summary>
/// <param name="Owner">Whose; null: everybody's.</param>
/// <param name="Queues">Of these queues; empty where <paramref name="Types"/> says which.</param>
/// <param name="Types">Of these types, in whatever queue.</param>
/// <param name="Max">How many at the most.</param>
internal sealed record WorkTake(string? Owner, IReadOnlyList<string> Queues, IReadOnlyList<string> Types, int Max)
{
    private IReadOnlyList<QueueName> _bounded = [];

    /// <summary>The queues among them that are bounded; of types, all that are. Found anew by the writer before each transaction.</summary>
    public IReadOnlyList<QueueName> Bounded
    {
        get => _bounded;
        set => (_bounded, Free) = (value, Types.Count > 0 ? Types : value.Count == 0 ? Queues : [.. Queues.Where(name => !value.Any(queue => queue.Name == name))]);
    }

    /// <summary>
    /// How many tasks of each of them may run at once, in the same order; null: any number, or time alone has to be waited for. Found with <see cref="Bounded"/>, and only for
    /// types: there may be thousands of queues, most of them full.
    /// </summary>
    public IReadOnlyList<int?> Most { get; set; } = [];

    /// <summary>The names of those that the configuration bounds. Found with <see cref="Bounded"/>.</summary>
    public IReadOnlyCollection<string> Defaults { get; set; } = [];

    /// <summary>
    /// True if the latest look has left tasks, since another process was holding them. If that one doesn't start them, it tells nobody: they are to be looked for again.
    /// </summary>
    public bool LeavesHeld { get; set; }

    /// <summary>The queues that aren't, or the types.</summary>
    public IReadOnlyList<string> Free { get; private set; } = Types.Count > 0 ? Types : Queues;
}
