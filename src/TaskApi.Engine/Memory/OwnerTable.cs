using System.Collections.Concurrent;

namespace TaskApi.Engine.Memory;

/// <summary>The owners, by name and by number. Added to under the storage's lock; read without.</summary>
internal sealed class OwnerTable
{
    private readonly ConcurrentDictionary<string, OwnerTasks> _byName = new();
    private volatile OwnerTasks[] _byOrdinal = new OwnerTasks[4];
    private volatile int _count;

    /// <summary>All of them, in the order in which they came.</summary>
    public ReadOnlySpan<OwnerTasks> All
    {
        get
        {
            // First the number: the array that there is then has so many, or more.
            var count = _count;
            return _byOrdinal.AsSpan(0, count);
        }
    }

    /// <summary>An owner that has, or had, tasks; null if there is none of that name.</summary>
    public OwnerTasks? Find(string name) => _byName.TryGetValue(name, out var found) ? found : null;

    /// <summary>The owner with this <see cref="OwnerTasks.Ordinal"/>.</summary>
    public OwnerTasks Find(int ordinal) => _byOrdinal[ordinal];

    /// <summary>The owner of this name, added if there is none yet.</summary>
    public OwnerTasks Ensure(string name)
    {
        if (_byName.TryGetValue(name, out var present)) return present;
        var added = new OwnerTasks(name, _count);
        if (added.Ordinal == _byOrdinal.Length)
        {
            var more = new OwnerTasks[2 * added.Ordinal];
            _byOrdinal.CopyTo(more, 0);
            _byOrdinal = more;
        }

        _byOrdinal[added.Ordinal] = added;
        _count = added.Ordinal + 1;
        return _byName[name] = added;
    }
}
