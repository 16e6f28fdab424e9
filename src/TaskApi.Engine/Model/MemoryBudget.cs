namespace TaskApi.Engine.Model;

/// <summary>The memory that the defaults of what is held are measured by.</summary>
internal static class MemoryBudget
{
    private const int MostPending = 10_000_000;

    // 110 measured for the entry and its places in lists; the rest is for the text, and to spare.
    private const int BytesPerTask = 256;

    /// <summary>Bytes available to this process: the machine's memory, or a container's limit.</summary>
    public static long Available { get; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The share of it that tasks may take.</summary>
    public static long ForTasks => Math.Max(1 << 20, Available / 2);

    /// <summary>How many tasks of usual length that is, up to 10,000,000.</summary>
    public static int PendingTasks => (int)Math.Min(MostPending, ForTasks / BytesPerTask);
}
