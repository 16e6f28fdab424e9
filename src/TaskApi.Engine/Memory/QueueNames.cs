namespace TaskApi.Engine.Memory;

/// <summary>The names of queues in their order, by owner: some at a time, however many there are. Used under the storage's lock.</summary>
internal sealed class QueueNames
{
    private readonly SortedSet<(int Owner, string Name)> _all = new(Comparer<(int Owner, string Name)>.Create(static (left, right) =>
        left.Owner != right.Owner ? left.Owner.CompareTo(right.Owner) : string.CompareOrdinal(left.Name, right.Name)));

    /// <summary>Adds one.</summary>
    public void Add(int owner, string name) => _all.Add((owner, name));

    /// <summary>Takes one out.</summary>
    public void Remove(int owner, string name) => _all.Remove((owner, name));

    /// <summary>Copies an owner's names that follow <paramref name="after"/>, as many as fit.</summary>
    /// <returns>How many were copied; fewer than fit: there are no more.</returns>
    public int CopyAfter(int owner, string after, Span<string> target)
    {
        var (first, copied) = (owner, 0);
        return Copy(ref first, after, target, ref copied) && first == owner ? copied : 0;
    }

    /// <summary>The same whosever they are, of which those that follow are the others of the owner, and those of the next ones.</summary>
    /// <param name="owner">The owner of the last that was copied, at first 0; then of the last that is.</param>
    /// <param name="after">That one, at first nothing.</param>
    /// <param name="target">Gets names of one owner.</param>
    /// <returns>How many were copied; 0: there are no more.</returns>
    public int CopyNext(ref int owner, ref string after, Span<string> target)
    {
        var copied = 0;
        if (Copy(ref owner, after, target, ref copied)) after = target[copied - 1];
        return copied;
    }

    // Those of the first owner that has any.
    private bool Copy(ref int owner, string after, Span<string> target, ref int copied)
    {
        var start = (owner, after);
        if (_all.Comparer.Compare(start, _all.Max) >= 0) return false;
        foreach (var place in _all.GetViewBetween(start, _all.Max))
        {
            if (place == start) continue;
            if (copied == target.Length || (copied > 0 && place.Owner != owner)) break;
            (owner, target[copied++]) = place;
        }

        return copied > 0;
    }
}
