using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.AspNetCore.Waiting;

namespace TaskApi.AspNetCore.Api;

/// <summary>Says that every call of a route is held open. Of the other routes those calls are that ask to wait.</summary>
internal sealed class HeldOpen(OpenCallKind kind)
{
    /// <summary>Waits unless it is told not to.</summary>
    public static readonly HeldOpen Waiting = new(OpenCallKind.Wait);

    /// <summary>Streams.</summary>
    public static readonly HeldOpen Streaming = new(OpenCallKind.Stream);

    /// <summary>How it is held open.</summary>
    public OpenCallKind Kind => kind;
}

/// <summary>Around the handler of a route: lets no more calls be held open than may be, before anything is done for one.</summary>
/// <param name="next">The rest of the call.</param>
/// <param name="always">What the route says of itself.</param>
/// <param name="calls">The count.</param>
internal sealed class HeldOpenEndpoint(RequestDelegate next, HeldOpen? always, OpenCalls calls)
{
    /// <summary>Handles the call, or refuses it.</summary>
    public Task InvokeAsync(HttpContext context) => KindOf(context.Request) is { } kind ? HoldAsync(context, kind) : next(context);

    // A call with an idempotency key waits if its twin does.
    private OpenCallKind? KindOf(HttpRequest request)
    {
        if (always is not null)
            return always.Kind;
        var headers = request.Headers;
        if (IsStream(headers.ContentType))
            return OpenCallKind.Stream;
        return request.QueryString.HasValue && request.Query.ContainsKey(TaskWaiter.WaitSeconds) || headers.ContainsKey("Prefer") || headers.ContainsKey(IdempotencyKeyHeader.Name)
            ? OpenCallKind.Wait
            : null;
    }

    // As the endpoint takes it: of another case, and with a charset, too. Nearly no call is one, so the header is taken apart for what looks like it alone.
    private static bool IsStream(string? contentType) =>
        contentType is not null && contentType.Contains("ndjson", StringComparison.OrdinalIgnoreCase) && MediaTypes.Is(contentType, MediaTypes.NdJson);

    private async Task HoldAsync(HttpContext context, OpenCallKind kind)
    {
        var caller = context.CallerId();
        if (calls.Enter(kind, caller) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            calls.Leave(kind, caller);
        }
    }
}
