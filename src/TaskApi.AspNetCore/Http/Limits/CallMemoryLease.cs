using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Limits;

/// <summary>
/// What one call holds of the memory for calls (<see cref="CallMemory"/>): grows and shrinks with it, and is given back when the call is
/// over, however it ends; then it grows no more. Thread-safe.
/// </summary>
internal sealed class CallMemoryLease : IDisposable
{
    private readonly CallMemory _memory;
    private readonly string _caller;
    private readonly Lock _gate = new();
    private long _bytes;
    private bool _isOver;

    private CallMemoryLease(CallMemory memory, string caller) => (_memory, _caller) = (memory, caller);

    /// <summary>How many they are.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Those of the call that <paramref name="context"/> is; made when it first needs some.</summary>
    public static CallMemoryLease Of(HttpContext context)
    {
        if (context.Features.Get<CallMemoryLease>() is { } present)
            return present;
        var held = new CallMemoryLease(context.RequestServices.GetRequiredService<CallMemory>(), context.CallerId());
        context.Features.Set(held);
        context.Response.RegisterForDispose(held);
        return held;
    }

    /// <summary>Has the call that <paramref name="context"/> is hold no more than so many bytes from now on: what is made of its body has been let go of.</summary>
    public static void Shrink(HttpContext context, long bytes)
    {
        if (context.Features.Get<CallMemoryLease>() is { } held && held.Bytes > bytes)
            held.TrySet(bytes);
    }

    /// <summary>Holds so many bytes from now on, in all.</summary>
    /// <returns>Null; or, with nothing changed, the problem to answer with.</returns>
    public ProblemResult? TrySet(long bytes)
    {
        lock (_gate)
        {
            if (_isOver || bytes == _bytes)
                return null;
            if (bytes < _bytes)
                _memory.GiveBack(_caller, _bytes - bytes);
            else if (_memory.Take(_caller, bytes - _bytes) is { } refusal)
                return refusal;
            _bytes = bytes;
            return null;
        }
    }

    /// <summary>Holds so many bytes more or, of a negative number, less.</summary>
    /// <inheritdoc cref="TrySet"/>
    public ProblemResult? TryAdd(long bytes)
    {
        lock (_gate)
            return TrySet(_bytes + bytes);
    }

    /// <summary>Holds so many bytes more if they are easily spared: if callers hold, then too, less than half of what they may.</summary>
    public bool TryGrow(long bytes) => TryTake(bytes, part: 0.5);

    /// <summary>
    /// Holds so many bytes more for an answer that can't be refused, as its call has had its effect: if callers hold, then too, less than twice what
    /// they may. Other calls are refused until it is given back.
    /// </summary>
    public bool TryOverdraw(long bytes) => TryTake(bytes, part: 2);

    /// <summary>The call is over.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            TrySet(0);
            _isOver = true;
        }
    }

    private bool TryTake(long bytes, double part)
    {
        lock (_gate)
        {
            if (_isOver || _memory.Take(_caller, bytes, part) is not null)
                return false;
            _bytes += bytes;
            return true;
        }
    }
}
