namespace TaskApi.Engine.Memory;

/// <summary>The names of queues in their order, by owner: some at a time, however many there are. Used under the storage's lock.</summary>
internal sealed class QueueNames
{
    private readonly List<SortedSet<string>> _byOwner = [];

    /// <summary>Adds one.</summary>
    public void Add(ushort owner, string name)
    {
        while (_byOwner.Count <= owner) _byOwner.Add(new SortedSet<string>(StringComparer.Ordinal));
        _byOwner[owner].Add(name);
    }

    /// <summary>Takes one out.</summary>
    public void Remove(ushort owner, string name) => _byOwner[owner].Remove(name);

    /// <summary>Copies an owner's names that follow <paramref name="after"/>, as many as fit.</summary>
    /// <returns>How many were copied; fewer than fit: there are no more.</returns>
    public int CopyAfter(ushort owner, string after, Span<string> target)
    {
        if (owner >= _byOwner.Count || _byOwner[owner].Max is not { } last || string.CompareOrdinal(after, last) >= 0) return 0;
        var copied = 0;
        foreach (var name in _byOwner[owner].GetViewBetween(after, last))
        {
            if (copied == target.Length) break;
            if (name != after) target[copied++] = name;
        }

        return copied;
    }

    /// <summary>The same whosever they are, of which those that follow are the others of the owner, and those of the next ones.</summary>
    /// <param name="owner">The owner of the last that was copied, at first 0; then of the last that is.</param>
    /// <param name="after">That one, at first nothing.</param>
    /// <param name="target">Gets names of one owner.</param>
    /// <returns>How many were copied; 0: there are no more.</returns>
    public int CopyNext(ref ushort owner, ref string after, Span<string> target)
    {
        for (; owner < _byOwner.Count; owner++, after = "")
        {
            var copied = CopyAfter(owner, after, target);
            if (copied == 0) continue;
            after = target[copied - 1];
            return copied;
        }

        return 0;
    }
}
