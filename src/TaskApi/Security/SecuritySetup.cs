using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace TaskApi.Security;

/// <summary>Who may call, and how the service finds out.</summary>
internal static class SecuritySetup
{
    /// <summary>The path that needs a key, with all that is below it; where there is a key at all.</summary>
    private const string Protected = "/tasks";

    /// <summary>Registers what the checks need: nothing of it where there is no key.</summary>
    public static void AddSecurity(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<SecurityOptions>(SecurityOptions.Section);
        services.AddSingleton<IValidateOptions<SecurityOptions>, SecurityValidator>();
        services.AddHostedService<ListenGuard>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<SecurityOptions>>(ListenGuard.Watch);
        services.ConfigureSwaggerGen(ApiKeyDocs.Configure);
        if (!SecurityOptions.HasKeys(builder.Configuration))
            return;
        services.AddSingleton<ApiKeys>();
        services.AddAuthentication(ApiKeyHandler.Scheme).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Scheme, configureOptions: null);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(MayCall).Build());
    }

    /// <summary>Adds the checks to the pipeline: before anything that handles a call, after what turns bare answers into problems.</summary>
    public static void UseSecurity(this WebApplication app)
    {
        var security = app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value;
        if (security.IsLoopbackOnly)
            app.UseMiddleware<LoopbackHosts>();
        if (!security.NeedsKey)
            return;
        app.UseAuthentication();
        app.UseAuthorization();
    }

    // By path rather than by route: what has no route there needs a key too.
    private static bool MayCall(AuthorizationHandlerContext call) =>
        call.User.Identity?.IsAuthenticated is true || (call.Resource is HttpContext context && !context.Request.Path.StartsWithSegments(Protected, StringComparison.OrdinalIgnoreCase));
}
