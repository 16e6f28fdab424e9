using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>
/// What is remembered under a key. A handler finds the call it serves by <see cref="Of"/>, takes what an earlier attempt has
/// created from <see cref="Created"/>, and notes there what it creates itself. At most one attempt runs at a time.
/// </summary>
internal sealed class IdempotentCall(Digest key, Digest body)
{
    /// <summary>Of the caller, the route and the key.</summary>
    public Digest Key => key;

    /// <summary>Of the body, byte for byte.</summary>
    public Digest Body => body;

    /// <summary>
    /// The tasks that the call has created, as they were then; null before. Set at once when they are there: an attempt whose
    /// caller hangs up before it is answered leaves them for the next one, which then creates nothing.
    /// </summary>
    public IReadOnlyList<TaskSnapshot>? Created { get; set; }

    /// <summary>The tasks had been created before the attempt under way began.</summary>
    public bool IsRepeat { get; set; }

    /// <summary>The call waits for what it created, or did at first: its answer is more than the tasks as they were created.</summary>
    public bool Waits { get; set; }

    /// <summary>The first answer; null as long as there is none.</summary>
    public IdempotentAnswer? Answer { get; set; }

    /// <summary>True while an attempt is under way. Guarded by the store, as is all below.</summary>
    public bool IsRunning { get; set; }

    /// <summary>False while it is being found out whether the key came with this body, and not with another one, in another process.</summary>
    public bool IsChecked { get; set; }

    /// <summary>Completes when the attempt under way is over; made when somebody waits for that.</summary>
    public TaskCompletionSource? Idle { get; set; }

    /// <summary>When the key expires, as a timestamp of the time provider; null as long as it doesn't.</summary>
    public long? Expires { get; set; }

    /// <summary>What it was last charged with in bytes.</summary>
    public long Bytes { get; set; }

    /// <summary>The call that <paramref name="context"/> is an attempt of, or null if it came without a key.</summary>
    public static IdempotentCall? Of(HttpContext context) =>
        context.Request.Headers.ContainsKey(IdempotencyKey.Header) ? context.Features.Get<IdempotentCall>() : null;
}
