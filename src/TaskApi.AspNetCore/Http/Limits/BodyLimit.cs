using System.Globalization;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Limits;

/// <summary>
/// The largest request body that a route takes, enforced by whoever reads it. The server has no limit
/// of its own: it would cut off who is still sending, and so take away the answer that says why.
/// </summary>
/// <param name="bytes">From 0.</param>
internal sealed class BodyLimit(long bytes)
{
    /// <summary>What a call takes if nothing else is configured: 1 MiB.</summary>
    public const int OrdinaryBytes = 1 << 20;

    /// <summary>What a JSON batch or gather takes if nothing else is configured: 16 MiB.</summary>
    public const int BatchBytes = 16 << 20;

    /// <summary>Marks a route that takes as much as a batch; how much that is <see cref="LimitOptions"/> say.</summary>
    public static readonly BodyLimit Batch = new(BatchBytes);

    /// <summary>Marks a route that takes a thousand results at once; how much that is depends on how large one may be.</summary>
    public static readonly BodyLimit Outcomes = new(BatchBytes);

    private long Bytes => bytes;

    /// <summary>The limit of the route that <paramref name="context"/> is for.</summary>
    public static long Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>()?.Bytes ?? OrdinaryBytes;

    /// <summary>The answer to a body that is larger.</summary>
    public static ProblemResult Exceeded(long limit) =>
        new(ProblemTypes.ContentTooLarge, string.Create(CultureInfo.InvariantCulture, $"The body of this call may have at most {limit} bytes."));
}
