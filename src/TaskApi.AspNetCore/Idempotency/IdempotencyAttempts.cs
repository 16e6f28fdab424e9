using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>How a claim on a key ended.</summary>
internal enum ClaimStatus
{
    /// <summary>The call is the claimant's to make: <see cref="IdempotencyAttempts.KeepAsync"/> or <see cref="IdempotencyAttempts.Release"/> must follow.</summary>
    Granted,

    /// <summary>It has been answered.</summary>
    Answered,

    /// <summary>Another attempt is under way.</summary>
    Running,

    /// <summary>The key came with another body.</summary>
    Reused,

    /// <summary>As many attempts are under way as there may be.</summary>
    Full,
}

/// <summary>The answer to a claim.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Attempt">With <see cref="ClaimStatus.Granted"/>.</param>
/// <param name="Answer">With <see cref="ClaimStatus.Answered"/>.</param>
/// <param name="Ended">With <see cref="ClaimStatus.Running"/>: completes when it is worth claiming again.</param>
internal readonly record struct Claim(ClaimStatus Status, IdempotencyAttempt? Attempt = null, IdempotentAnswer? Answer = null, Task? Ended = null);

/// <summary>
/// The attempts of calls with a key that are under way in this process, so that the second of two at once waits for the first. What is over is
/// the storage's to remember. Thread-safe.
/// </summary>
internal sealed class IdempotencyAttempts(IOptions<IdempotencyOptions> options, IIdempotencyStore store)
{
    // An attempt, its digests and its share of the table; measured, and rounded up.
    private const int BytesPerAttempt = 320;

    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, IdempotencyAttempt> _underWay = [];
    private readonly long _most = Math.Min(options.Value.MaxIdempotencyKeys, options.Value.MaxIdempotencyBytes / BytesPerAttempt);

    /// <summary>How many are under way.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _underWay.Count;
        }
    }

    /// <summary>Claims the right to make a call.</summary>
    /// <param name="key">Which call.</param>
    /// <param name="cancellationToken">Given up before, nothing is claimed.</param>
    /// <exception cref="StorageUnavailableException">It can't be found out whether the call has been made.</exception>
    public ValueTask<Claim> ClaimAsync(IdempotencyKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var attempt = new IdempotencyAttempt(key);
        lock (_gate)
        {
            if (_underWay.TryGetValue(key.Call, out var other))
            {
                return ValueTask.FromResult(other.IsChecked && other.Key.Body != key.Body
                    ? new Claim(ClaimStatus.Reused)
                    : new Claim(ClaimStatus.Running, Ended: (other.Ended ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task));
            }

            if (_underWay.Count >= _most)
                return ValueTask.FromResult(new Claim(ClaimStatus.Full));
            _underWay.Add(key.Call, attempt);
        }

        return CheckAsync(attempt, cancellationToken);
    }

    /// <summary>Ends an attempt with the answer that is from now on the call's; gives back that answer, which may be another's.</summary>
    /// <exception cref="StorageUnavailableException">It can't be kept: the call has no answer yet.</exception>
    public async ValueTask<IdempotentAnswer> KeepAsync(IdempotencyAttempt attempt, IdempotentAnswer answer)
    {
        try
        {
            // The answer to a call that didn't wait follows from the tasks as they were created.
            if (!attempt.Waits)
                return answer;
            // Whoever hangs up now gets this answer when he comes again.
            var bytes = answer.ToBytes();
            var kept = await store.KeepAnswerAsync(attempt.Key.Call, bytes, CancellationToken.None);
            return kept == bytes ? answer : IdempotentAnswer.Read(kept);
        }
        finally
        {
            Release(attempt);
        }
    }

    /// <summary>Ends an attempt without an answer. What it has created is the next one's.</summary>
    public void Release(IdempotencyAttempt attempt)
    {
        lock (_gate)
        {
            _underWay.Remove(attempt.Key.Call);
            attempt.Ended?.SetResult();
        }
    }

    // Those who came meanwhile with another body needn't wait until the call is over.
    private void NoteChecked(IdempotencyAttempt attempt)
    {
        lock (_gate)
        {
            attempt.IsChecked = true;
            attempt.Ended?.SetResult();
            attempt.Ended = null;
        }
    }

    private async ValueTask<Claim> CheckAsync(IdempotencyAttempt attempt, CancellationToken cancellationToken)
    {
        var isGranted = false;
        try
        {
            if (await store.FindAsync(attempt.Key.Call, cancellationToken) is { } record)
            {
                if (record.Body != attempt.Key.Body)
                    return new(ClaimStatus.Reused);
                if (record.Answer is { } answer)
                    return new(ClaimStatus.Answered, Answer: IdempotentAnswer.Read(answer));
            }

            isGranted = true;
            NoteChecked(attempt);
            return new(ClaimStatus.Granted, attempt);
        }
        finally
        {
            if (!isGranted)
                Release(attempt);
        }
    }
}
