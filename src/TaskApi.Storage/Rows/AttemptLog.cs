using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>The last attempts of a task that are over, the oldest first, in the bytes of a column: each with its length before it.</summary>
internal static class AttemptLog
{
    /// <summary>How many attempts are remembered.</summary>
    public const int Most = 20;

    /// <summary>Adds an attempt; the oldest goes if there are too many.</summary>
    /// <param name="log">Those before; null for none.</param>
    /// <param name="entry">The attempt.</param>
    /// <param name="bytes">To write with.</param>
    public static byte[] Add(byte[]? log, in AttemptEntry entry, BlobWriter bytes)
    {
        entry.Write(bytes.Clear());
        var added = bytes.ToArray();
        var before = new BlobReader(log);
        var count = log is null ? 0 : (int)before.Number();
        if (count == Most)
        {
            before.Bytes((int)before.Number());
            count--;
        }

        bytes.Clear();
        bytes.Number(count + 1);
        bytes.Bytes(before.Rest);
        bytes.Number(added.Length);
        bytes.Bytes(added);
        return bytes.ToArray();
    }

    /// <summary>All of them.</summary>
    public static List<AttemptEntry> Read(byte[]? log)
    {
        var entries = new List<AttemptEntry>();
        if (log is null) return entries;
        var bytes = new BlobReader(log);
        for (var left = bytes.Number(); left > 0; left--)
        {
            var entry = new BlobReader(bytes.Bytes((int)bytes.Number()));
            entries.Add(AttemptEntry.Read(ref entry));
        }

        return entries;
    }

    /// <summary>The attempt that a token was given out for; null if there is none, or not any more.</summary>
    public static AttemptEntry? Find(byte[]? log, in LeaseToken token)
    {
        foreach (var entry in Read(log))
            if (entry.Number == token.Attempt) return entry.Secret == token.Secret ? entry : null;
        return null;
    }
}
