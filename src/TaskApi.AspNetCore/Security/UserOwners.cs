using System.Security.Claims;
using System.Security.Principal;
using Microsoft.AspNetCore.Http.Features.Authentication;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Security;

/// <summary>Says whose the tasks are of a program's own users. Thread-safe, if the program's delegate is.</summary>
/// <param name="owner">What the program says.</param>
internal sealed class UserOwners(Func<ClaimsPrincipal, string?> owner)
{
    private static readonly ClaimsPrincipal _nobody = new(new ClaimsIdentity());

    /// <summary>Who calls, as TaskApi has it; null if nobody does who may have tasks.</summary>
    /// <param name="user">Who calls, as the program has it.</param>
    public IHttpAuthenticationFeature? CallerOf(ClaimsPrincipal? user) =>
        owner(user ?? _nobody) is { } name && FieldRules.Owner.Allows(name) ? new Named { User = new ClaimsPrincipal(new GenericIdentity(name)) } : null;

    private sealed class Named : IHttpAuthenticationFeature
    {
        public ClaimsPrincipal? User { get; set; }
    }
}

/// <summary>Sends calls on tasks away whose user may have none.</summary>
/// <param name="next">The rest.</param>
internal sealed class UserGuard(RequestDelegate next)
{
    // By RFC 9110, 15.5.2, there is always one. How one signs in is the program's own affair.
    private const string Challenge = "Program realm=\"taskapi\"";

    /// <summary>Calls the rest of the pipeline, or refuses the call.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Owner().Length > 0 || !context.Request.IsForCallers())
            return next(context);
        context.Response.Headers.WWWAuthenticate = Challenge;
        return new ProblemResult(ProblemTypes.Unauthorized, "The program says of nobody whose the tasks of this caller are.").ExecuteAsync(context);
    }
}
