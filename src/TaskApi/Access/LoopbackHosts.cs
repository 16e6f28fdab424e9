using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Security;

namespace TaskApi.Access;

/// <summary>
/// While being on this machine is all that lets a caller in, takes only calls to a name that is this machine's. Otherwise a page
/// from anywhere, whose name is made to point here (DNS rebinding), could use the service through its visitor's browser; so could
/// anybody through a proxy on this machine.
/// </summary>
internal sealed class LoopbackHosts(RequestDelegate next)
{
    /// <summary>Calls the rest of the pipeline, unless the <c>Host</c> is another's.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Host;
        if (!host.HasValue || Loopback.IsHost(host.Host))
            return next(context);
        var errors = new FieldErrors();
        errors.Add("Host", "must be localhost or a loopback address: without API keys the service answers this machine alone (Security:AllowAnonymous opens it).");
        return errors.ToProblem().ExecuteAsync(context);
    }
}
