using System.ComponentModel.DataAnnotations;
using TaskApi.Engine.Configuration;

namespace TaskApi.Engine.Model;

/// <summary>What the <c>Tasks</c> section of the configuration says about idempotency keys.</summary>
internal sealed class IdempotencyOptions
{
    /// <summary>How long a key is remembered after its first answer: 1 second to 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    [Setting("how long an Idempotency-Key is remembered")]
    public TimeSpan IdempotencyRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The most keys that are remembered at once, all callers together: 1 to 100,000,000. When there are as many, calls with a
    /// new key are refused until the oldest expires: a key forgotten early would let a retry create its tasks again.
    /// </summary>
    [Range(1, 100_000_000)]
    [Setting("the most keys that are remembered; beyond: new ones are refused", Unit = "keys")]
    public int MaxIdempotencyKeys { get; set; } = 1_000_000;

    /// <summary>
    /// The memory that keys and their answers may take, in bytes: 1 MiB to 1 TiB; when it is taken, new keys are refused as
    /// above. Where they are kept on disk, only those of calls under way take any. The default is 512 MiB, or an eighth of the memory there is, if that is less.
    /// </summary>
    [Range(1L << 20, 1L << 40)]
    [Setting("the most memory for keys and their answers; beyond: new ones are refused", Unit = "bytes", Default = "512 MiB, or an eighth of the memory")]
    public long MaxIdempotencyBytes { get; set; } = Math.Clamp(MemoryBudget.Available / 8, 1L << 20, 512L << 20);
}
