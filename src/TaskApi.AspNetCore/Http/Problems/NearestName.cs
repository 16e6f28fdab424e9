namespace TaskApi.AspNetCore.Http.Problems;

/// <summary>Finds what somebody meant who mistyped a name.</summary>
internal static class NearestName
{
    // Longer texts are no typing mistakes, and comparing them would take long.
    private const int MaxLength = 64;

    // Of less than this there may be many beginnings.
    private const int MinBeginning = 3;

    /// <summary>
    /// The known name that is most like <paramref name="name"/>; null if none is like it. Letter case doesn't count; a letter added,
    /// left out, replaced, or exchanged with its neighbour is one mistake, and there may be one for every three letters. If none is
    /// so like it, one that begins with it will do.
    /// </summary>
    public static string? Of(string name, IReadOnlyCollection<string> known)
    {
        if (name.Length is 0 or > MaxLength)
            return null;
        var (nearest, least) = ((string?)null, int.MaxValue);
        foreach (var candidate in known)
        {
            var mistakes = EditDistance.Between(name, candidate);
            if (mistakes < least && mistakes <= Math.Max(name.Length, candidate.Length) / 3)
                (nearest, least) = (candidate, mistakes);
        }

        return nearest ?? (name.Length < MinBeginning ? null : known.FirstOrDefault(candidate => candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The end of a sentence about an unknown name: <c> (did you mean status?)</c>, or nothing if no known name is like it.</summary>
    public static string Hint(string name, IReadOnlyCollection<string> known) => Of(name, known) is { } nearest ? $" (did you mean {nearest}?)" : "";
}
