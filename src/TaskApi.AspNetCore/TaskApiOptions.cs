using System.Security.Claims;

namespace TaskApi.AspNetCore;

/// <summary>What a program says about TaskApi in code. All else is in its configuration.</summary>
public sealed class TaskApiOptions
{
    /// <summary>
    /// Whose the tasks are that a user of the program creates and sees, such as <c>user => user.FindFirstValue("tenant")</c>: 1 to 128 characters; null or
    /// empty for a user who may have none, and is refused. Asked at each call, so it has to be quick. Users come from the program's own authentication: what
    /// lets them in is <c>RequireAuthorization</c> on what <c>MapTaskApi</c> returns. Not together with API keys (<c>Security:ApiKeys</c>), which name owners,
    /// too. Null, the default: all users see all tasks, unless there are keys.
    /// </summary>
    public Func<ClaimsPrincipal, string?>? Owner { get; set; }

    /// <summary>
    /// Which users of the program may look, and change nothing, such as <c>user => !user.IsInRole("operators")</c>: what they call that would change something is
    /// answered with <c>403</c> <c>read-only</c>, and the dashboard doesn't offer it. Asked at each call, so it has to be quick. Null, the default: nobody is held to that.
    /// </summary>
    public Func<ClaimsPrincipal, bool>? ReadOnly { get; set; }
}
