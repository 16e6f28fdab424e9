using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// Changes of what another process holds, as one that is suspended in the midst of its transaction does. The database waits for it, and with that all that
/// the transaction does: so it is found out without waiting, for a while after it has been met, and refused alone. For the writer alone.
/// </summary>
internal sealed class HeldOperations
{
    // As long as others leave one that is suspended its transaction.
    private static readonly TimeSpan _lookedFor = TimeSpan.FromSeconds(20);

    private long? _met;

    /// <summary>True if it is to be looked for.</summary>
    public bool AreLookedFor => _met is { } met && TimeProvider.System.GetElapsedTime(met) < _lookedFor;

    /// <summary>A transaction has waited in vain.</summary>
    public void Note() => _met = TimeProvider.System.GetTimestamp();

    /// <summary>Refuses those that would have to wait; answers the others.</summary>
    public static List<WriteOperation> Refuse(IClusterSession session, List<WriteOperation> operations)
    {
        long[] tasks = [.. operations.SelectMany(static operation => operation.Scope.Tasks).Distinct()];
        (string Owner, string Worker)[] beats = [.. operations.Select(static operation => operation.Scope.Beat).OfType<(string, string)>().Distinct()];
        if (tasks.Length + beats.Length == 0) return operations;
        session.GiveUpNext();
        var (heldTasks, heldBeats) = session.FindHeld(tasks, beats);
        if (heldTasks.Count + heldBeats.Count == 0) return operations;
        var fault = new StorageUnavailableException("Another process holds what is to be changed.");
        var left = new List<WriteOperation>(operations.Count);
        foreach (var operation in operations)
        {
            if (operation.Scope.Tasks.Any(heldTasks.Contains) || (operation.Scope.Beat is { } beat && heldBeats.Contains(beat))) operation.Fail(fault);
            else left.Add(operation);
        }

        return left;
    }
}
