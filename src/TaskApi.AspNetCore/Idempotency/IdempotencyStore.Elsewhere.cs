namespace TaskApi.AspNetCore.Idempotency;

// What is different where the storage keeps the calls: nothing is remembered here beyond the attempt under way.
internal sealed partial class IdempotencyStore
{
    // A right that was granted is taken back if the call is known there.
    private async ValueTask<Claim> RecallAsync(Claim granted, CancellationToken cancellationToken)
    {
        var call = granted.Call!;
        var isOurs = false;
        try
        {
            if (await storage.FindCallAsync(call.Key, cancellationToken) is { } kept)
            {
                if (kept.Body != call.Body)
                    return new(ClaimStatus.Reused);
                if (kept.Answer is { } answer)
                {
                    call.Answer = IdempotentAnswer.Read(answer);
                    return new(ClaimStatus.Answered, call);
                }
            }

            isOurs = true;
            lock (_gate)
                call.IsChecked = true;
            return granted;
        }
        finally
        {
            if (!isOurs)
                Release(call);
        }
    }

    // The answer to a call that didn't wait follows from what is kept already.
    private async ValueTask<IdempotentAnswer> KeepElsewhereAsync(IdempotentCall call, IdempotentAnswer answer)
    {
        try
        {
            if (!call.Waits)
                return answer;
            // Whoever hangs up now gets this answer when he comes again.
            var bytes = answer.ToBytes();
            var kept = await storage.KeepAnswerAsync(call.Key, bytes, CancellationToken.None);
            return kept == bytes ? answer : IdempotentAnswer.Read(kept);
        }
        finally
        {
            Release(call);
        }
    }
}
