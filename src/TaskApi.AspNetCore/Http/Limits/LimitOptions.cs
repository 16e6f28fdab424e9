using System.ComponentModel.DataAnnotations;
using TaskApi.Engine.Configuration;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Http.Limits;

/// <summary>The <c>Limits</c> section of the configuration: what callers may ask of the service at once.</summary>
/// <remarks>A caller is who has a key or, where there are no keys, an address: of IPv6, its first 64 bits.</remarks>
internal sealed class LimitOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Limits";

    /// <summary>Calls per second that a caller may make in the long run: 1 to 1,000,000; 0 for any number.</summary>
    [Range(0, 1_000_000)]
    [Setting("how often a caller (a key, else an address) may call in the long run; beyond: 429 rate-limited", Unit = "calls", Default = "0: any number")]
    public int RequestsPerSecond { get; set; }

    /// <summary>Calls that a caller may make at once after a pause: 1 to 10,000,000; 0 for those of one second.</summary>
    [Range(0, 10_000_000)]
    [Setting("how many it may make at once after a pause", Unit = "calls", Default = "0: those of a second")]
    public int RequestBurst { get; set; }

    /// <summary>Calls that may be waiting at once, all callers together: 1 to 10,000,000.</summary>
    [Range(1, 10_000_000)]
    [Setting("the most that may be waiting; beyond: 503 capacity-reached", Unit = "calls")]
    public int MaxWaits { get; set; } = 100_000;

    /// <summary>Calls of one caller that may be waiting at once: 1 to 10,000,000.</summary>
    [Range(1, 10_000_000)]
    [Setting("the same of one caller; beyond: 429 rate-limited", Unit = "calls")]
    public int MaxWaitsPerCaller { get; set; } = 50_000;

    /// <summary>Streams that may be open at once, all callers together: 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    [Setting("the most that may be open; beyond: 503 capacity-reached", Unit = "streams")]
    public int MaxStreams { get; set; } = 10_000;

    /// <summary>Streams of one caller that may be open at once: 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    [Setting("the same of one caller; beyond: 429 rate-limited", Unit = "streams")]
    public int MaxStreamsPerCaller { get; set; } = 5_000;

    /// <summary>
    /// The memory that calls under way may hold, in bytes, all callers together: for bodies beyond 16 KiB, for answers that are not read, and for
    /// what waits over many tasks remember of them. 1 MiB to 1 TiB; the default is an eighth of the memory there is, but at least 64 MiB.
    /// </summary>
    [Range(1L << 20, 1L << 40)]
    [Setting("what calls under way may hold: large bodies, unread answers, waits over many tasks; beyond: 503 capacity-reached", Unit = "bytes", Default = "an eighth of the memory, at least 64 MiB")]
    public long MaxCallBytes { get; set; } = Math.Max(64L << 20, MemoryBudget.Available / 8);

    /// <summary>The same of one caller. 1 MiB to 1 TiB; the default is a sixteenth of the memory there is, but at least 48 MiB: a batch takes about three times its body.</summary>
    [Range(1L << 20, 1L << 40)]
    [Setting("the same of one caller; beyond: 429 rate-limited", Unit = "bytes", Default = "a sixteenth of the memory, at least 48 MiB")]
    public long MaxCallBytesPerCaller { get; set; } = Math.Max(48L << 20, MemoryBudget.Available / 16);

    /// <summary>How long an answer may wait for its reader to take more of it, before the connection is cut: 1 second to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    [Setting("how long an answer may wait for its reader to take more of it; then the connection is cut")]
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a body beyond 16 KiB may take to arrive as a whole, unless it is a streamed batch: 1 second to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    [Setting("how long a body beyond 16 KiB may take to arrive, but for a streamed batch; beyond: 408")]
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Connections that may be open at once; one more is closed without an answer: 1 to 10,000,000. The default is 200,000 or, if that is less, one for
    /// every 128 KiB of the memory there is: what a connection may hold at the worst, half sent and half read, is half of that.
    /// </summary>
    [Range(1, 10_000_000)]
    [Setting("the most that may be open; one more is closed", Unit = "connections", Default = "200,000, or the memory / 128 KiB")]
    public int MaxConnections { get; set; } = (int)Math.Clamp(MemoryBudget.Available / (128 << 10), 1_000, 200_000);

    /// <summary>The largest body of a call, in bytes: 1 KiB to 64 MiB.</summary>
    [Range(1 << 10, 64 << 20)]
    [Setting("the largest body; beyond: 413", Unit = "bytes")]
    public int MaxBodyBytes { get; set; } = BodyLimit.OrdinaryBytes;

    /// <summary>The largest body of a JSON batch or gather, in bytes: 1 KiB to 1 GiB.</summary>
    [Range(1 << 10, 1 << 30)]
    [Setting("the same of a JSON batch or gather; a streamed batch has no end", Unit = "bytes")]
    public int MaxBatchBodyBytes { get; set; } = BodyLimit.BatchBytes;

    /// <summary>All headers of a request together, in bytes: 8 KiB to 1 MiB.</summary>
    [Range(8 << 10, 1 << 20)]
    [Setting("all headers of a request together; beyond: 431", Unit = "bytes")]
    public int MaxHeaderBytes { get; set; } = 32 << 10;

    /// <summary>How deep the JSON of a body may be nested: 8 to 64. The input of a task and its result may have 64 levels of their own.</summary>
    [Range(8, 64)]
    [Setting("how deep a body may be nested; an `input` or `result` in it may have 64 levels of its own", Unit = "levels")]
    public int MaxJsonDepth { get; set; } = 16;

    /// <summary>How long the headers of a request may take to arrive: 1 second to 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    [Setting("how long the headers of a request may take to arrive")]
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may be idle between calls: 1 second to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    [Setting("how long a connection may be idle between calls")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>How many bytes of a body have to arrive each second, once 5 seconds have passed, unless it is a streamed batch: 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    [Setting("how fast a body has to arrive, but for a streamed batch", Unit = "bytes")]
    public int MinBodyBytesPerSecond { get; set; } = 240;
}
