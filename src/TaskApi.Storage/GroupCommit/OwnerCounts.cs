using TaskApi.Engine.Model;

namespace TaskApi.Storage.GroupCommit;

/// <summary>How many tasks an owner has had, by state. Read by anyone, as committed; changed by the writer.</summary>
internal sealed class OwnerCounts(int id, string name, long created, long completed, long cancelled, long failed)
{
    // By state; at the place of the pending those created.
    private readonly long[] _committed = [created, completed, cancelled, failed];
    private readonly long[] _added = new long[4];

    /// <summary>The owner's number; 0 is the empty owner's.</summary>
    public int Id => id;

    /// <summary><see cref="ICluster.Generation"/> in which the number is the owner's.</summary>
    public int Generation { get; init; }

    /// <summary>The owner; empty where there are no keys.</summary>
    public string Name => name;

    /// <summary>Since the file was made.</summary>
    public long Created => Volatile.Read(ref _committed[0]);

    /// <summary>Pending now.</summary>
    public long Pending => Math.Max(0, Created - Finished(TaskState.Completed) - Finished(TaskState.Cancelled) - Finished(TaskState.Failed));

    /// <summary>True if the transaction under way concerns the owner.</summary>
    public bool IsChanged => _added.AsSpan().ContainsAnyExcept(0);

    /// <summary>Finished in this way, since the file was made.</summary>
    public long Finished(TaskState state) => Volatile.Read(ref _committed[(int)state]);

    /// <summary>The count that the transaction under way leads to; at the place of the pending those created.</summary>
    public long After(TaskState state) => _committed[(int)state] + _added[(int)state];

    /// <summary>What the transaction adds to a count; at the place of the pending to those created.</summary>
    public long Added(TaskState state) => _added[(int)state];

    /// <summary>Counts one task that has come to a state.</summary>
    public void Count(TaskState state) => _added[(int)state]++;

    /// <summary>The transaction is on disk.</summary>
    public void Commit()
    {
        // The finished last, so that no reader sees fewer created than finished. (Pending is what is left, and never negative.)
        for (var i = 0; i < _added.Length; i++) Volatile.Write(ref _committed[i], _committed[i] + _added[i]);
        Rollback();
    }

    /// <summary>The transaction has failed.</summary>
    public void Rollback() => Array.Clear(_added);
}
