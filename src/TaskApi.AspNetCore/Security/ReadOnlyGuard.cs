using System.Security.Claims;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;

namespace TaskApi.AspNetCore.Security;

/// <summary>Answers <c>403</c> to who may only look and would change something, and tells such callers by a header what they may.</summary>
internal sealed class ReadOnlyGuard(RequestDelegate next)
{
    private const string Header = "TaskApi-Access";
    private const string Access = "read-only";

    /// <summary>Calls the rest of the pipeline, or refuses the call.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!ReadOnlyCaller.Is(context))
            return next(context);
        context.Response.Headers[Header] = Access;
        return context.GetEndpoint()?.Metadata.GetMetadata<ChangesTasks>() is null || ReadMethods.Include(context.Request.Method)
            ? next(context)
            : ReadOnlyCaller.Refusal().ExecuteAsync(context);
    }
}

/// <summary>Says which of a program's own users may only look. Thread-safe, if the program's delegate is.</summary>
/// <param name="isReadOnly">What the program says.</param>
internal sealed class ReadOnlyUsers(Func<ClaimsPrincipal, bool> isReadOnly)
{
    private static readonly ClaimsPrincipal _nobody = new(new ClaimsIdentity());

    /// <summary>True if the user may only look.</summary>
    /// <param name="user">Who calls, as the program has it.</param>
    public bool Has(ClaimsPrincipal? user) => isReadOnly(user ?? _nobody);
}
