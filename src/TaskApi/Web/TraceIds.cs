using System.Diagnostics;

namespace TaskApi.Web;

/// <summary>The id under which a call is found in logs and traces: that of its trace where there is one, else the connection's own count.</summary>
internal static class TraceIds
{
    /// <summary>The id of the call, as problems and log events show it.</summary>
    public static string TraceId(this HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
}
