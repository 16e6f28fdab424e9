using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// Changes of what another process holds for long, as one that is suspended in the midst of its transaction does. The database waits for it, and with that all
/// that the transaction does: so, once it has been met, it is found out without waiting, and only what concerns it is refused. For the writer alone.
/// </summary>
internal sealed class HeldOperations
{
    // Longer than one that is suspended is left its transaction.
    private static readonly TimeSpan _lookedFor = TimeSpan.FromSeconds(20);

    // Who is alive has let go of it by then.
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(50);

    private long? _met;

    /// <summary>Why the transaction that is being made has waited in vain; null if it hasn't.</summary>
    public Exception? Cause { get; private set; }

    /// <summary>True if it is to be looked for.</summary>
    public bool AreLookedFor => _met is { } met && TimeProvider.System.GetElapsedTime(met) < _lookedFor;

    /// <summary>Another transaction is made.</summary>
    public void Begin() => Cause = null;

    /// <summary>A transaction has waited in vain.</summary>
    public void Note(Exception exception) => (Cause, _met) = (exception, TimeProvider.System.GetTimestamp());

    /// <summary>Refuses those that would have to wait; answers the others.</summary>
    public List<WriteOperation> Refuse(IClusterSession session, List<WriteOperation> operations, WriterFaults faults)
    {
        var held = Find(session, operations);
        // Of keys, schedules and queues it can't be seen who holds them: if none of the rest is held, it was one of these.
        var isUnseen = Cause is not null && held.Tasks.Count + held.Beats.Count == 0;
        var fault = new StorageUnavailableException("Another process holds what is to be changed.", Cause);
        var left = new List<WriteOperation>(operations.Count);
        foreach (var operation in operations)
        {
            var scope = operation.Scope;
            if (isUnseen ? MayWaitUnseen(scope) : scope.Tasks.Any(held.Tasks.Contains) || (scope.Beat is { } beat && held.Beats.Contains(beat))) operation.Fail(fault);
            else left.Add(operation);
        }

        if (Cause is not null && left.Count < operations.Count) faults.NoteHeld(Cause);
        return left;
    }

    private static (IReadOnlySet<long> Tasks, IReadOnlySet<(string Owner, string Worker)> Beats) Find(IClusterSession session, List<WriteOperation> operations)
    {
        long[] tasks = [.. operations.SelectMany(static operation => operation.Scope.Tasks).Distinct()];
        (string Owner, string Worker)[] beats = [.. operations.Select(static operation => operation.Scope.Beat).OfType<(string, string)>().Distinct()];
        if (tasks.Length + beats.Length == 0) return (new HashSet<long>(), new HashSet<(string, string)>());
        session.GiveUpNext();
        var held = session.FindHeld(tasks, beats);
        if (held.Tasks.Count + held.Beats.Count == 0) return held;
        ShortSleep.For(_moment);
        return session.FindHeld([.. held.Tasks], [.. held.Beats]);
    }

    private static bool MayWaitUnseen(in WriteScope scope) =>
        scope.Key is not null || scope.Uniques is { Count: > 0 } || scope.Schedule is not null || scope.Take is { Bounded.Count: > 0 };
}
