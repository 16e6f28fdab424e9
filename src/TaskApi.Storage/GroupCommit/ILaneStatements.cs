using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The writer's statements about the lanes of queues that count by keys; each concerns a queue that the transaction holds. For the writer alone.</summary>
internal interface ILaneStatements
{
    /// <summary>Unblocks the lanes of keys that aren't at their bound any more.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="perKey">The bound; null: there is none.</param>
    void Unblock(QueueName queue, int? perKey);

    /// <summary>The same of some keys.</summary>
    void UnblockKeys(QueueName queue, int? perKey, string[] keys);

    /// <summary>The same of one blocked key after the other.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="perKey">The bound; null: there is none.</param>
    /// <param name="after">After which key; empty: from the first on.</param>
    /// <param name="keys">How many keys to look at, at the most.</param>
    UnblockedKeys UnblockFrom(QueueName queue, int? perKey, string after, int keys);

    /// <summary>Puts tasks that wait otherwise into lanes, the first to start first.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="most">How many at the most, of those that came to a queue that counted by keys, and of others as many.</param>
    ListedTasks List(QueueName queue, int most);

    /// <summary>Puts the first tasks of one key after the other into lanes, of those that came to a queue that counted by keys.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="from">The first key.</param>
    /// <param name="keys">Of how many keys.</param>
    /// <param name="each">How many of each.</param>
    ListedKeys ListByKey(QueueName queue, string from, int keys, int each);

    /// <summary>The lanes to serve first, of those that aren't blocked, and the first tasks of each.</summary>
    List<FoundLane> Find(QueueName queue, LaneSearch search);

    /// <summary>Holds those of these tasks that still wait in lanes, and adds them in that order.</summary>
    void Hold(IReadOnlyList<TaskPlace> tasks, List<HeldWork> held);

    /// <summary>Writes down what has become of lanes.</summary>
    void Change(QueueName queue, LaneChanges changes);
}

/// <summary>How many tasks have been put into lanes.</summary>
/// <param name="Keyed">Of those that came to a queue that counted by keys.</param>
/// <param name="Others">Of those that waited before it did, or were created by somebody who didn't know that it does.</param>
/// <param name="Blocked">How many lanes are blocked, up to <see cref="MostCounted"/>.</param>
internal readonly record struct ListedTasks(int Keyed, int Others, int Blocked)
{
    /// <summary>How far blocked lanes are counted.</summary>
    public const int MostCounted = 101;

    /// <summary>True if others are still to be put there. Not asked for where nobody else holds any.</summary>
    public bool IsMore { get; init; }
}

/// <summary>What has been found of keys whose lanes were blocked.</summary>
/// <param name="Keys">How many have been looked at.</param>
/// <param name="Last">The last of them; empty if there were none.</param>
/// <param name="Unblocked">How many of them are below their bound.</param>
internal readonly record struct UnblockedKeys(int Keys, string Last, int Unblocked);

/// <summary>How many keys have had tasks put into lanes.</summary>
/// <param name="Keys">How many.</param>
/// <param name="Last">The last of them; empty if there were none.</param>
internal readonly record struct ListedKeys(int Keys, string Last);

/// <summary>Which lanes are looked for.</summary>
/// <param name="Type">Of this type; null: of any.</param>
/// <param name="Lanes">How many at the most.</param>
/// <param name="PerKey">How many of a key may run; null: any number.</param>
/// <param name="Tasks">How many tasks are wanted.</param>
internal readonly record struct LaneSearch(string? Type, int Lanes, int? PerKey, int Tasks)
{
    /// <summary>How many tasks of a lane are looked for at the most: one more than may start.</summary>
    public int Each(string key) => Math.Min(Tasks, key.Length > 0 && PerKey is { } perKey ? perKey : Tasks) + 1;
}

/// <summary>A lane that has been found.</summary>
/// <param name="Row">As it is written down.</param>
/// <param name="Running">How many tasks of its key run, up to the bound.</param>
/// <param name="Tasks">The first of its tasks.</param>
internal sealed record FoundLane(LaneRow Row, int Running, List<TaskPlace> Tasks);

/// <summary>What becomes of lanes.</summary>
internal sealed class LaneChanges
{
    /// <summary>Those whose first task is another.</summary>
    public List<LaneRow> Moved { get; } = [];

    /// <summary>Those that have none any more.</summary>
    public List<LaneRow> Gone { get; } = [];

    /// <summary>The keys that are at their bound.</summary>
    public HashSet<string> Blocked { get; } = [];

    /// <summary>True if there are none.</summary>
    public bool IsEmpty => Moved.Count + Gone.Count + Blocked.Count == 0;
}
