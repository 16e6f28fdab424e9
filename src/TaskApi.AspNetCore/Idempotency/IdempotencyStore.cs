using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>How a claim on a key ended.</summary>
internal enum ClaimStatus
{
    /// <summary>The call is the claimant's to make: <see cref="IdempotencyStore.KeepAsync"/> or <see cref="IdempotencyStore.Release"/> must follow.</summary>
    Granted,

    /// <summary>It has been answered; the answer is the call's.</summary>
    Answered,

    /// <summary>Another attempt is under way.</summary>
    Running,

    /// <summary>The key came with another body.</summary>
    Reused,

    /// <summary>No further key can be remembered at present.</summary>
    Full,
}

/// <summary>The answer to a claim.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Call">With <see cref="ClaimStatus.Granted"/> and <see cref="ClaimStatus.Answered"/>.</param>
/// <param name="Idle">With <see cref="ClaimStatus.Running"/>: completes when it is worth claiming again.</param>
/// <param name="RetryAfter">With <see cref="ClaimStatus.Full"/>: when the oldest key expires.</param>
internal readonly record struct Claim(ClaimStatus Status, IdempotentCall? Call = null, Task? Idle = null, TimeSpan RetryAfter = default);

/// <summary>
/// The keys that are remembered: in this process's memory or, where the storage keeps calls with the tasks, there, and here
/// only those under way, so that the second of two at once waits for the first. Thread-safe.
/// </summary>
internal sealed partial class IdempotencyStore(IOptions<IdempotencyOptions> options, IIdempotencyStore storage, TimeProvider timeProvider)
{
    // A record, its digests and its share of the table; measured, and rounded up.
    private const int BytesPerCall = 320;
    private const int BytesPerTask = 256;

    // More than one, so that the keys of a busy day go away in the quiet one after it.
    private const int ExpiredPerClaim = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, IdempotentCall> _calls = [];
    private readonly Queue<IdempotentCall> _expiring = [];
    private readonly IdempotencyOptions _options = options.Value;
    private readonly long _retention = (long)(options.Value.IdempotencyRetention.TotalSeconds * timeProvider.TimestampFrequency);
    private long _bytes;

    /// <summary>How many keys are remembered here, expired ones included that nobody has stumbled on yet.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _calls.Count;
        }
    }

    /// <summary>Claims the right to make a call.</summary>
    /// <param name="key">Of the caller, the route and the key.</param>
    /// <param name="body">Of the body.</param>
    /// <param name="cancellationToken">Given up before, nothing is claimed.</param>
    public ValueTask<Claim> ClaimAsync(Digest key, Digest body, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Claim claim;
        lock (_gate)
        {
            var now = timeProvider.GetTimestamp();
            Expire(now);
            if (_calls.TryGetValue(key, out var call) && call.Expires <= now && !call.IsRunning)
            {
                Forget(call);
                call = null;
            }

            claim = call is null ? Begin(key, body, now) : Claim(call, body);
        }

        return claim.Status == ClaimStatus.Granted && storage.KeepsCalls ? RecallAsync(claim, cancellationToken) : ValueTask.FromResult(claim);
    }

    /// <summary>Ends an attempt with the answer that is from now on the call's; gives back that answer.</summary>
    /// <exception cref="StorageUnavailableException">It can't be kept: the call has no answer yet.</exception>
    public ValueTask<IdempotentAnswer> KeepAsync(IdempotentCall call, IdempotentAnswer answer)
    {
        if (storage.KeepsCalls)
            return KeepElsewhereAsync(call, answer);
        lock (_gate)
        {
            (call.Answer, call.Created) = (answer, null);
            End(call);
        }

        return ValueTask.FromResult(answer);
    }

    /// <summary>Ends an attempt without an answer: the key is forgotten, unless tasks were created under it.</summary>
    public void Release(IdempotentCall call)
    {
        lock (_gate)
        {
            if (call.Created is null || storage.KeepsCalls)
                Forget(call);
            End(call);
        }
    }

    private static Claim Claim(IdempotentCall call, Digest body)
    {
        if (call.Body != body && call.IsChecked)
            return new(ClaimStatus.Reused);
        if (call.Answer is not null)
            return new(ClaimStatus.Answered, call);
        if (call.IsRunning)
            return new(ClaimStatus.Running, Idle: (call.Idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
        call.IsRunning = true;
        return new(ClaimStatus.Granted, call);
    }

    private Claim Begin(Digest key, Digest body, long now)
    {
        if (_calls.Count >= _options.MaxIdempotencyKeys || _bytes + BytesPerCall > _options.MaxIdempotencyBytes)
        {
            var retryAfter = _expiring.TryPeek(out var oldest) ? timeProvider.GetElapsedTime(now, oldest.Expires!.Value) : TimeSpan.Zero;
            return new(ClaimStatus.Full, RetryAfter: retryAfter);
        }

        var call = new IdempotentCall(key, body) { IsRunning = true, IsChecked = !storage.KeepsCalls };
        _calls.Add(key, call);
        Charge(call, BytesPerCall);
        return new(ClaimStatus.Granted, call);
    }

    private void End(IdempotentCall call)
    {
        call.IsRunning = false;
        call.Idle?.SetResult();
        call.Idle = null;
        if (!_calls.TryGetValue(call.Key, out var held) || held != call)
            return;
        Charge(call, BytesPerCall + (call.Answer?.Bytes ?? 0) + Weigh(call));
        if (call.Expires is null)
        {
            call.Expires = timeProvider.GetTimestamp() + _retention;
            _expiring.Enqueue(call);
        }
    }

    private static long Weigh(IdempotentCall call)
    {
        var bytes = 0L;
        foreach (var task in call.Created ?? [])
            bytes += BytesPerTask + (sizeof(char) * (long)task.Message.Length);
        return bytes;
    }

    // In the order in which they expire; one that is just being retried gets another term.
    private void Expire(long now)
    {
        for (var i = 0; i < ExpiredPerClaim && _expiring.TryPeek(out var oldest) && oldest.Expires <= now; i++)
        {
            _expiring.Dequeue();
            oldest.Expires = null;
            if (!oldest.IsRunning)
                Forget(oldest);
        }
    }

    private void Forget(IdempotentCall call)
    {
        if (!_calls.TryGetValue(call.Key, out var held) || held != call)
            return;
        _calls.Remove(call.Key);
        Charge(call, 0);
    }

    private void Charge(IdempotentCall call, long bytes)
    {
        _bytes += bytes - call.Bytes;
        call.Bytes = bytes;
    }
}
