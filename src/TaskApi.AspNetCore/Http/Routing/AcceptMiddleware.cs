using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Routing;

/// <summary>Refuses, before anything is done, a call whose answer would have no form that the client accepts. Routes say what they offer by <see cref="OfferedMedia"/>.</summary>
internal sealed class AcceptMiddleware(RequestDelegate next)
{
    /// <summary>Calls the rest of the pipeline, unless the answer would not be acceptable.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var accept = context.Request.Headers.Accept;
        if (accept.Count == 0 || context.GetEndpoint()?.Metadata.GetMetadata<OfferedMedia>() is not { Types.Length: > 0 } offered || ContentNegotiation.Choose(accept, offered.Types) >= 0)
            return next(context);
        return new ProblemResult(ProblemTypes.NotAcceptable, $"This call answers in {string.Join(" or ", offered.Types)}.").ExecuteAsync(context);
    }
}
