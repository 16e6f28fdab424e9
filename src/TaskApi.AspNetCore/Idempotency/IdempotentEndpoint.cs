using System.Globalization;
using System.Net.Mime;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using TaskApi.AspNetCore.Http.Bodies;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Streaming;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>
/// Around the handler of a call that creates: lets the same key and body have only one effect and one answer. A call without
/// a key passes through. The handler runs as ever, into memory; only an answer that reached its end there is kept.
/// </summary>
/// <param name="next">Binds, handles and writes the answer.</param>
/// <param name="route">Method and pattern: a key on another route is another key.</param>
/// <param name="attempts">The attempts under way.</param>
/// <param name="waiter">Waits for an attempt that is under way.</param>
/// <param name="hasBody">False if the call says by its path and its query alone what it wants.</param>
internal sealed class IdempotentEndpoint(RequestDelegate next, string route, IdempotencyAttempts attempts, TaskWaiter waiter, bool hasBody = true)
{
    // What an attempt takes beyond the longest wait, at the most: its reads and its change have deadlines of seconds.
    private static readonly TimeSpan _beyondWait = TimeSpan.FromMinutes(1);

    /// <summary>Handles the call, or answers it as it was answered before.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var header = context.Request.Headers[IdempotencyKeyHeader.Name];
        return header.Count == 0 ? next(context) : InvokeAsync(context, header);
    }

    private async Task InvokeAsync(HttpContext context, StringValues header)
    {
        if (!IdempotencyKeyHeader.TryParse(header, out var key))
        {
            var errors = new FieldErrors();
            errors.Add(IdempotencyKeyHeader.Name, IdempotencyKeyHeader.Rule);
            await errors.ToProblem().ExecuteAsync(context);
            return;
        }

        if (!hasBody)
        {
            // The path is more than the route: it has an id in it.
            var request = context.Request;
            await ClaimAsync(context, new IdempotencyKey(Digest.Of($"{route}\n{request.Path}\n{context.Owner()}\n{key}"), Digest.Of(request.QueryString.ToString())));
            return;
        }

        // What the handler will refuse for its form is not remembered.
        if (!MediaTypes.Is(context.Request.ContentType, MediaTypeNames.Application.Json))
        {
            await next(context);
            return;
        }

        var (body, problem) = await BufferedBody.ReadAsync(context);
        if (problem is not null)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        var digest = Digest.Of(body);
        // Left for the handler.
        context.Request.BodyReader.AdvanceTo(body.Start);
        await ClaimAsync(context, new IdempotencyKey(Digest.Of($"{route}\n{context.Owner()}\n{key}"), digest));
    }

    private async Task ClaimAsync(HttpContext context, IdempotencyKey key)
    {
        while (true)
        {
            var claim = await attempts.ClaimAsync(key, context.RequestAborted);
            switch (claim.Status)
            {
                case ClaimStatus.Granted:
                    await AttemptAsync(context, claim.Attempt!);
                    return;
                case ClaimStatus.Answered:
                    await claim.Answer!.ReplayAsync(context);
                    return;
                case ClaimStatus.Running when await waiter.WaitAsync(claim.Ended!, waiter.MaxWait + _beyondWait, context.RequestAborted) is var end:
                    if (end == WaitEnd.Finished)
                        continue;
                    if (end == WaitEnd.TimedOut)
                        throw new StorageUnavailableException("The attempt under way takes longer than any that the storage answers.");
                    await Stopping.Problem().ExecuteAsync(context);
                    return;
                default:
                    await Refuse(claim.Status).ExecuteAsync(context);
                    return;
            }
        }
    }

    private static ProblemResult Refuse(ClaimStatus status) => status == ClaimStatus.Reused ? IdempotencyProblems.KeyReused() : IdempotencyProblems.KeysFull();

    private async Task AttemptAsync(HttpContext context, IdempotencyAttempt attempt)
    {
        var connection = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var memory = new MemoryStream();
        var body = new StreamResponseBodyFeature(memory);
        IdempotentAnswer? answer = null, kept = null;
        var before = context.Response.Headers.Keys.ToArray();
        context.Features.Set(attempt);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        try
        {
            await next(context);
            await body.CompleteAsync();

            // Whoever hung up may have got, and left here, half an answer.
            if (context.Response.StatusCode < StatusCodes.Status400BadRequest && !context.RequestAborted.IsCancellationRequested)
                answer = new(context.Response.StatusCode, HeadersToKeep(context, before), memory.GetBuffer().AsSpan(0, (int)memory.Length));
        }
        finally
        {
            context.Features.Set(connection);
            if (answer is null)
                attempts.Release(attempt);
            else
                kept = await attempts.KeepAsync(attempt, answer);
        }

        // Another process was first to answer the same call: nothing of this answer is left.
        if (kept != answer)
        {
            foreach (var name in context.Response.Headers.Keys.Except(before, StringComparer.OrdinalIgnoreCase).ToArray())
                context.Response.Headers.Remove(name);
            await kept!.ReplayAsync(context);
            return;
        }

        if (attempt.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = RetryAfter.Seconds(wait).ToString(CultureInfo.InvariantCulture);
        if (attempt.IsRepeat && answer is not null)
            context.Response.Headers["Idempotency-Replayed"] = "true";
        context.Response.ContentLength = memory.Length;
        if (memory.Length > SendingExtensions.ChunkBytes && CallMemoryLease.Of(context).TryAdd(memory.Length) is { } refusal)
        {
            // The call is made, and its answer there for whoever comes again.
            context.Response.Clear();
            await refusal.ExecuteAsync(context);
            return;
        }

        await context.SendAsync(memory.GetBuffer().AsMemory(0, (int)memory.Length), context.RequestAborted);
    }

    // Who asks again may do so through another proxy: the path under which that one has the service is added then.
    private static IEnumerable<KeyValuePair<string, StringValues>> HeadersToKeep(HttpContext context, string[] usual)
    {
        var prefix = context.Request.PathBase.ToUriComponent().Length;
        return context.Response.Headers.ExceptBy(usual, static header => header.Key, StringComparer.OrdinalIgnoreCase)
            .Select(header => header.Key == HeaderNames.Location ? new(header.Key, header.Value.ToString()[prefix..]) : header);
    }
}
