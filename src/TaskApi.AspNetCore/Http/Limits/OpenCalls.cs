using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Limits;

/// <summary>A kind of call that may stay open for long.</summary>
internal enum OpenCallKind
{
    /// <summary>Answered when something has happened, or time is up.</summary>
    Wait,

    /// <summary>Answered bit by bit.</summary>
    Stream,
}

/// <summary>
/// Counts the calls that are being held open, by kind and caller, and refuses those that are too many: so no caller can take
/// all that there are for itself, nor all callers together more than the service can hold. Thread-safe.
/// </summary>
internal sealed class OpenCalls(IOptions<LimitOptions> options)
{
    private const int RetrySeconds = 1;

    private readonly Lock _gate = new();
    private readonly Dictionary<(OpenCallKind, string), int> _byCaller = [];
    private readonly int[] _open = new int[2];
    private readonly (int All, int PerCaller)[] _bounds =
    [
        (options.Value.MaxWaits, options.Value.MaxWaitsPerCaller),
        (options.Value.MaxStreams, options.Value.MaxStreamsPerCaller),
    ];

    /// <summary>How many calls of a kind are open.</summary>
    public int Count(OpenCallKind kind) => Volatile.Read(ref _open[(int)kind]);

    /// <summary>Callers that have calls open, counted once for each kind.</summary>
    public int Callers
    {
        get
        {
            lock (_gate)
                return _byCaller.Count;
        }
    }

    /// <summary>Counts a call that begins.</summary>
    /// <returns>Null, and <see cref="Leave"/> must follow; or the problem to answer with.</returns>
    public ProblemResult? Enter(OpenCallKind kind, string caller)
    {
        var bounds = _bounds[(int)kind];
        lock (_gate)
        {
            if (_open[(int)kind] >= bounds.All)
                return new(ProblemTypes.CapacityReached, $"No more {Name(kind)} can be open at once; try again when some have ended.") { RetryAfterSeconds = RetrySeconds };
            ref var open = ref CollectionsMarshal.GetValueRefOrAddDefault(_byCaller, (kind, caller), out _);
            if (open >= bounds.PerCaller)
                return new(ProblemTypes.RateLimited, $"One caller can have no more {Name(kind)} open at once; try again when some of yours have ended.") { RetryAfterSeconds = RetrySeconds };
            open++;
            _open[(int)kind]++;
            return null;
        }
    }

    /// <summary>Counts a call that has ended.</summary>
    public void Leave(OpenCallKind kind, string caller)
    {
        lock (_gate)
        {
            _open[(int)kind]--;
            ref var open = ref CollectionsMarshal.GetValueRefOrNullRef(_byCaller, (kind, caller));
            if (--open == 0)
                _byCaller.Remove((kind, caller));
        }
    }

    private static string Name(OpenCallKind kind) => kind == OpenCallKind.Wait ? "waits" : "streams";
}
