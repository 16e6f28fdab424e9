namespace TaskApi.Engine;

/// <summary>The memory that the defaults of what is held are measured by.</summary>
internal static class MemoryBudget
{
    /// <summary>Bytes available to this process: the machine's memory, or a container's limit.</summary>
    public static long Available { get; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
