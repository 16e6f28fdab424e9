using Microsoft.AspNetCore.Http.Features.Authentication;

namespace TaskApi.Web;

/// <summary>Who is calling.</summary>
internal static class Caller
{
    /// <summary>The owner of what this call creates and sees: the authenticated caller's name, or empty where there are no keys.</summary>
    /// <remarks>Asks the feature, because <see cref="HttpContext.User"/> makes up an anonymous principal for every request that has none.</remarks>
    public static string Owner(this HttpContext context) =>
        context.Features.Get<IHttpAuthenticationFeature>()?.User?.Identity?.Name ?? "";
}
