using Microsoft.Net.Http.Headers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Limits;

namespace TaskApi.AspNetCore.Http.Streaming;

/// <inheritdoc/>
internal sealed class LargeAnswers : ILargeAnswers
{
    /// <inheritdoc/>
    public async Task SendAsync(HttpContext context, int status, string mediaType, ReadOnlyMemory<byte> body, long held)
    {
        var memory = CallMemoryLease.Of(context);
        var refusal = memory.TryAdd(held);
        if (refusal is not null && ReadMethods.Include(context.Request.Method))
        {
            context.Response.Headers.Remove(HeaderNames.ETag);
            await refusal.ExecuteAsync(context);
            return;
        }

        var isHeld = refusal is null || memory.TryOverdraw(held);
        context.Response.StatusCode = status;
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = body.Length;
        await context.SendAsync(body, context.RequestAborted);
        if (isHeld)
            memory.TryAdd(-held);
    }
}
