using System.Diagnostics;

namespace TaskApi.AspNetCore.Http.Headers;

/// <summary>
/// The id under which a call is found in logs and traces (W3C Trace Context): that of the trace that is recorded, else the caller's,
/// else one of its own, made when somebody asks for it.
/// </summary>
internal static class TraceIds
{
    /// <summary>The id of the call, as problems and log events show it: 32 hexadecimal digits.</summary>
    public static string TraceId(this HttpContext context)
    {
        if (Activity.Current is { } activity)
            return activity.TraceId.ToHexString();
        if (context.Features.Get<UnrecordedTrace>() is { } known)
            return known.Id;

        var id = ActivityContext.TryParse(context.Request.Headers.TraceParent, traceState: null, out var caller) ? caller.TraceId : ActivityTraceId.CreateRandom();
        var trace = new UnrecordedTrace(id.ToHexString());
        context.Features.Set(trace);
        return trace.Id;
    }

    private sealed record UnrecordedTrace(string Id);
}
