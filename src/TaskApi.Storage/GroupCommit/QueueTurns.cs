using System.Runtime.InteropServices;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// Whose turn it is among queues, or types, that are asked for together: those that were served longest ago come first, whoever asked. Known in this
/// process, and only roughly, since it decides nothing but the order. For the writer alone.
/// </summary>
internal sealed class QueueTurns
{
    private const int Most = 10_000;

    private readonly Dictionary<(string? Owner, string Name), long> _served = [];
    private long _last;

    /// <summary>The names in the order in which they are served.</summary>
    /// <param name="owner">Whose queues they are; null for types.</param>
    /// <param name="names">Those asked for.</param>
    public string[] Order(string? owner, IReadOnlyList<string> names)
    {
        string[] ordered = [.. names];
        if (ordered.Length == 1) return ordered;
        var served = Array.ConvertAll(ordered, name => _served.GetValueOrDefault((owner, name)));
        // Which of two that were never served comes first is as they were asked for.
        for (var i = 0; i < served.Length; i++)
            if (served[i] == 0) served[i] = i - served.Length;
        Array.Sort(served, ordered);
        return ordered;
    }

    /// <summary>One has been served.</summary>
    public void Serve(string? owner, string name)
    {
        // Then all are as if they had never been served.
        if (_served.Count >= Most) _served.Clear();
        CollectionsMarshal.GetValueRefOrAddDefault(_served, (owner, name), out _) = ++_last;
    }

    /// <summary>How many each gets, the first ones being served first.</summary>
    /// <param name="ready">How many each has.</param>
    /// <param name="most">How many in all.</param>
    public static int[] Share(ReadOnlySpan<long> ready, int most)
    {
        var shares = new int[ready.Length];
        for (var gave = true; gave && most > 0;)
        {
            gave = false;
            for (var i = 0; i < shares.Length && most > 0; i++)
            {
                if (shares[i] >= ready[i]) continue;
                shares[i]++;
                most--;
                gave = true;
            }
        }

        return shares;
    }
}
