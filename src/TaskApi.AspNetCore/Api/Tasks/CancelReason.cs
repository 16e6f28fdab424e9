using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>The <c>reason</c> parameter of the calls that cancel: up to 256 characters, kept as the error's detail.</summary>
internal static class CancelReason
{
    public static readonly ApiParameter Parameter = new("reason", "Why; kept as the cancelled task's `error.detail`.") { MaxLength = TextRules.MaxReasonLength };

    /// <summary>The error that the cancelled tasks get.</summary>
    public static TaskError Read(HttpRequest request, FieldErrors errors)
    {
        var reason = request.QueryField("reason");
        TextRules.CheckReason(reason, errors);
        return string.IsNullOrEmpty(reason) ? TaskError.CancelledPlainly : new(TaskError.Cancelled, reason);
    }
}
