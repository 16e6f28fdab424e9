using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Limits;

/// <summary>
/// The memory that calls under way hold, all together and by caller: bodies as they arrive, answers that nobody has read yet, and what
/// waits remember of their tasks. What small calls hold is not counted: their connections have a bound. Thread-safe.
/// </summary>
internal sealed class CallMemory(IOptions<LimitOptions> options)
{
    private const int RetrySeconds = 1;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _byCaller = [];
    private readonly LimitOptions _limits = options.Value;
    private long _taken;

    /// <summary>How many bytes are taken.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Takes memory for a call, unless that is more than there is for it.</summary>
    /// <param name="caller">Whose call.</param>
    /// <param name="bytes">How much.</param>
    /// <param name="part">The part of what callers may hold that it may come to: 1 for all of it, 0.5 for half.</param>
    /// <returns>Null, and <see cref="GiveBack"/> must follow; or the problem to answer with.</returns>
    public ProblemResult? Take(string caller, long bytes, double part = 1)
    {
        lock (_gate)
        {
            if (_taken + bytes > _limits.MaxCallBytes * part)
                return new(ProblemTypes.CapacityReached, "The calls under way hold as much memory as they may; try again when some have ended.") { RetryAfterSeconds = RetrySeconds };
            var before = _byCaller.GetValueOrDefault(caller);
            if (before + bytes > _limits.MaxCallBytesPerCaller * part)
                return new(ProblemTypes.RateLimited, "Your calls under way hold as much memory as those of one caller may; read their answers, or try again when some have ended.") { RetryAfterSeconds = RetrySeconds };
            _byCaller[caller] = before + bytes;
            _taken += bytes;
            return null;
        }
    }

    /// <summary>Gives back what a call has taken.</summary>
    public void GiveBack(string caller, long bytes)
    {
        lock (_gate)
        {
            _taken -= bytes;
            ref var taken = ref CollectionsMarshal.GetValueRefOrNullRef(_byCaller, caller);
            taken -= bytes;
            if (taken == 0)
                _byCaller.Remove(caller);
        }
    }
}
