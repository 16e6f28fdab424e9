using System.Collections.Concurrent;

namespace Embedded;

/// <summary>Stands for whatever sends mail.</summary>
public sealed class LetterBox
{
    private readonly ConcurrentDictionary<Guid, string> _letters = [];

    public IEnumerable<string> Letters => _letters.OrderBy(static letter => letter.Key).Select(static letter => letter.Value);

    /// <summary>Once for each id, however often it is called.</summary>
    public void Send(Guid id, string text) => _letters.TryAdd(id, text);
}
