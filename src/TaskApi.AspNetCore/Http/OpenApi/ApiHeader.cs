using TaskApi.AspNetCore.Http.Headers;

namespace TaskApi.AspNetCore.Http.OpenApi;

/// <summary>A header of answers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it says, in Markdown.</param>
/// <param name="Example">A value: a number, if all its values are.</param>
internal sealed record ApiHeader(string Name, string Description, object Example)
{

    public static readonly ApiHeader RetryAfter = new("Retry-After", "When to ask again, in whole seconds; at least 1.", 30);





    public static readonly ApiHeader Accept = new("Accept", "The media types that the call takes (RFC 9110, section 15.5.16); absent if its body was compressed.", "application/json");

    public static readonly ApiHeader AcceptEncoding = new("Accept-Encoding", "`identity`, if the body was compressed: send it as it is.", "identity");

    public static readonly ApiHeader Challenge = new("WWW-Authenticate", "How to authenticate (RFC 6750).", "Bearer realm=\"taskapi\"");

    public static readonly ApiHeader Access = new("TaskApi-Access", "What the caller may do; absent if that is everything.", "read-only");

    public static readonly ApiHeader Vary = new("Vary", "The answer depends on this request header.", "Accept");

    public static readonly ApiHeader NotBuffered = new("X-Accel-Buffering", "Asks proxies to pass on what they get at once.", "no");

    public static readonly ApiHeader CacheControl = new("Cache-Control", "The answer is its caller's alone and true for a moment: no cache may keep it, and no proxy may change it.", NoStoreMiddleware.Directives);
}
