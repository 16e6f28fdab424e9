namespace TaskApi.Storage.Postgres;

/// <summary>Whole numbers, the smaller the shorter: seven bits to a byte, the sign as the lowest bit; as text in base 64.</summary>
internal sealed class AnnouncementBytes
{
    /// <summary>The most bytes that a task's number, or the difference of two, takes.</summary>
    public const int LongestNumber = 7;

    private readonly List<byte> _bytes = [];
    private int _next;

    /// <summary>None yet.</summary>
    public AnnouncementBytes()
    {
    }

    /// <param name="text">What <see cref="ToString"/> has answered.</param>
    public AnnouncementBytes(string text) => _bytes.AddRange(Convert.FromBase64String(text));

    public int Length => _bytes.Count;

    public bool IsAtEnd => _next == _bytes.Count;

    /// <summary>Adds a number.</summary>
    public void Add(long number)
    {
        var rest = (ulong)((number << 1) ^ (number >> 63));
        for (; rest > 0x7F; rest >>= 7) _bytes.Add((byte)(rest | 0x80));
        _bytes.Add((byte)rest);
    }

    /// <summary>Takes the next number.</summary>
    public long Take()
    {
        var (number, shift) = (0UL, 0);
        byte part;
        do
        {
            if (IsAtEnd) throw new FormatException("The announcement breaks off.");
            part = _bytes[_next++];
            number |= (ulong)(part & 0x7F) << shift;
            shift += 7;
        }
        while (part > 0x7F);
        return (long)(number >> 1) ^ -(long)(number & 1);
    }

    /// <inheritdoc/>
    public override string ToString() => Convert.ToBase64String([.. _bytes]);
}
