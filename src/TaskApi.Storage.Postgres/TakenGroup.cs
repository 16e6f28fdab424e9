using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres;

/// <summary>Calls of one transaction that want tasks of the same queues or types: asked for together, and given to the first to come first.</summary>
/// <param name="owner">Whose queues they are; null where types are wanted.</param>
/// <param name="names">The queues or types, in the order in which they are served.</param>
internal sealed class TakenGroup(string? owner, string[] names)
{
    private readonly Queue<HeldWork> _found = new();

    public string? Owner => owner;

    public string[] Names => names;

    /// <summary>The owner's number; null where types are wanted.</summary>
    public int? OwnerId { get; set; }

    /// <summary>True if the transaction begins with a look for the first ones of all.</summary>
    public bool AsksForHeads { get; set; }

    /// <summary>True if its first look begins where something may wait, and not at the beginning.</summary>
    public bool IsFloored { get; set; }

    /// <summary>Where types are wanted: the queues that are bounded, and taken from otherwise.</summary>
    public IReadOnlyList<QueueName> Bounded { get; set; } = [];

    /// <summary>Where types are wanted: the names of queues that are bounded whosever they are.</summary>
    public IReadOnlyCollection<string> Defaults { get; set; } = [];

    /// <summary>How many are wanted in all.</summary>
    public int Max { get; set; }

    /// <summary>True if it has fewer than there may be: another group had taken them, or they have been changed since.</summary>
    public bool IsShort { get; set; }

    /// <summary>True if several calls want these.</summary>
    public bool IsShared { get; set; }

    /// <summary>True if the latest look has found that there are some, whoever holds them.</summary>
    public bool LeavesHeld { get; set; }

    /// <summary>Notes what is held, in turns.</summary>
    public void Add(List<HeldWork> held)
    {
        var byName = names.Length == 1 ? [held] : Array.ConvertAll(names, name => held.FindAll(one => (owner is null ? one.Work.Type : one.Work.Queue) == name));
        for (var (round, more) = (0, true); more; round++)
        {
            more = false;
            foreach (var found in byName)
            {
                if (round >= found.Count) continue;
                _found.Enqueue(found[round]);
                more = true;
            }
        }
    }

    /// <summary>
    /// Gives the next ones, but none that the transaction has changed since it was found, nor what comes after that: it may be done, wait for later, or come in
    /// another order.
    /// </summary>
    /// <param name="most">How many.</param>
    /// <param name="rows">Tasks as the transaction has them.</param>
    /// <param name="turns">Whose turn it is.</param>
    /// <param name="taken">Where to add them.</param>
    public void Give(int most, PostgresRows rows, QueueTurns turns, List<HeldWork> taken)
    {
        for (; most > 0 && _found.TryPeek(out var held) && rows.IsUnchanged(held); most--)
        {
            taken.Add(_found.Dequeue());
            turns.Serve(owner, owner is null ? held.Work.Type : held.Work.Queue);
        }
    }

    /// <summary>What is left is to be looked for anew.</summary>
    /// <param name="taken">The numbers of what has been found.</param>
    public void Forget(HashSet<long> taken)
    {
        IsShort |= _found.Count > 0;
        while (_found.TryDequeue(out var held)) taken.Remove(held.Work.Sequence);
    }
}
