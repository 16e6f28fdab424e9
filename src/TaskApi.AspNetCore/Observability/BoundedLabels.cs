using System.Collections.Concurrent;

namespace TaskApi.AspNetCore.Observability;

/// <summary>The values of a label that callers make up: the first hundred that are seen, and one for all the others. Thread-safe.</summary>
internal sealed class BoundedLabels
{
    /// <summary>The most values.</summary>
    public const int Most = 100;

    /// <summary>What the values beyond those are called.</summary>
    public const string Other = "other";

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>Those that have been seen, but for what stands for all the others.</summary>
    public ICollection<string> Known => _known.Keys;

    /// <summary>The value that stands for <paramref name="value"/>.</summary>
    public string Of(string value)
    {
        if (_known.TryGetValue(value, out var known))
            return known;
        // Two that come at once may make it a few more.
        return _known.Count >= Most ? Other : _known.GetOrAdd(value, value);
    }
}
