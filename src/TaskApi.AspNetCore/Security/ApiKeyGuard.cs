using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Security;

/// <summary>Lets in who has brought a key that is configured; answers <c>401</c> to the others where a key is needed.</summary>
internal sealed class ApiKeyGuard(RequestDelegate next)
{
    private const string Challenge = "Bearer realm=\"taskapi\"";

    /// <summary>Calls the rest of the pipeline, or refuses the call.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Owner().Length > 0 || !context.Request.IsForCallers())
            return next(context);
        var isPresented = PresentedKey.TryRead(context.Request.Headers, out _);
        context.Response.Headers.WWWAuthenticate = isPresented ? Challenge + ", error=\"invalid_token\"" : Challenge;
        return new ProblemResult(ProblemTypes.Unauthorized, isPresented
            ? "The API key is not known here."
            : "This call needs an API key, as Authorization: Bearer KEY or X-Api-Key: KEY.").ExecuteAsync(context);
    }
}
