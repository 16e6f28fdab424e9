using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>The <c>reason</c> parameter of the calls that cancel, kept as the error's detail.</summary>
internal static class CancelReason
{
    public static readonly ApiParameter Parameter = new("reason", "Why; kept as the cancelled task's `error.detail`.") { Rule = FieldRules.Reason };

    public static readonly ApiParameter ForceParameter = new("force", "True: a running task gets no time to clean up, and is cancelled at once.") { Type = typeof(bool) };

    /// <summary>Whether a running task is cancelled at once.</summary>
    public static bool ReadForce(HttpRequest request, FieldErrors errors)
    {
        var force = request.QueryField("force");
        if (force is not (null or "true" or "false"))
            errors.Add("force", "must be true or false.");
        return force == "true";
    }

    /// <summary>The error that the cancelled tasks get.</summary>
    public static TaskError Read(HttpRequest request, FieldErrors errors)
    {
        var reason = request.QueryField("reason");
        FieldRules.Reason.Check(reason, "reason", FieldPath.Root, errors);
        return string.IsNullOrEmpty(reason) ? TaskErrors.CancelledPlainly : new(TaskError.Cancelled, reason);
    }
}
