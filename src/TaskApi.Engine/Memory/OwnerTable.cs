using System.Collections.Concurrent;

namespace TaskApi.Engine.Memory;

/// <summary>The owners, by name and by number. Added to under the storage's lock; read without.</summary>
internal sealed class OwnerTable
{
    private readonly ConcurrentDictionary<string, OwnerTasks> _byName = new();
    private volatile OwnerTasks[] _byOrdinal = [];

    /// <summary>All of them, in the order in which they came.</summary>
    public OwnerTasks[] All => _byOrdinal;

    /// <summary>An owner that has, or had, tasks; null if there is none of that name.</summary>
    public OwnerTasks? Find(string name) => _byName.TryGetValue(name, out var found) ? found : null;

    /// <summary>The owner with this <see cref="OwnerTasks.Ordinal"/>.</summary>
    public OwnerTasks Find(ushort ordinal) => _byOrdinal[ordinal];

    /// <summary>The owner of this name, added if there is none yet.</summary>
    public OwnerTasks Ensure(string name)
    {
        if (_byName.TryGetValue(name, out var present)) return present;
        var added = new OwnerTasks(name, (ushort)_byOrdinal.Length);
        _byOrdinal = [.. _byOrdinal, added];
        return _byName[name] = added;
    }
}
