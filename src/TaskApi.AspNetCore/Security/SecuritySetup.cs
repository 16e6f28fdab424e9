using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.Engine.Configuration;

namespace TaskApi.AspNetCore.Security;

/// <summary>Who may call, and how the service finds out.</summary>
internal static class SecuritySetup
{
    /// <summary>Registers what the checks need: nothing of it where there is no key.</summary>
    public static void AddSecurity(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<SecurityOptions>(SecurityOptions.Section);
        services.AddSettings<HttpOptions>(HttpOptions.Section);
        services.AddSingleton<IValidateOptions<SecurityOptions>, SecurityValidator>();
        services.AddHostedService<ListenGuard>();
        services.Configure<HostFilteringOptions>(AllowedHosts.ReplaceFramework);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<SecurityOptions>>(ListenGuard.Watch);
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<SecurityOptions>>(TrustedProxies.Configure);
        services.ConfigureSwaggerGen(ApiKeyDocs.Configure);
        services.AddRateLimiter();
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<LimitOptions>, TimeProvider>(RateLimits.Configure);
        if (!SecurityOptions.HasKeys(builder.Configuration))
            return;
        services.AddSingleton<ApiKeys>();
        services.AddAuthentication(ApiKeyHandler.Scheme).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Scheme, configureOptions: null);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(MayCall).Build());
    }

    /// <summary>Takes the path under which the service stands off those of calls, where there is one: before anything that looks at a path, the routing too.</summary>
    public static void UsePathPrefix(this WebApplication app)
    {
        if (!PathPrefix.IsNeeded(app.Services))
            return;
        app.UseMiddleware<PathPrefix>();
        app.UseRouting();
    }

    /// <summary>Adds the checks to the pipeline: before anything that handles a call, after what turns bare answers into problems.</summary>
    public static void UseSecurity(this WebApplication app)
    {
        var security = app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value;
        if (security.KnownProxies.Count > 0)
            app.UseForwardedHeaders();
        app.UseMiddleware<PageHeaders>();
        app.UseMiddleware<AllowedHosts>();
        if (security.IsLoopbackOnly)
            app.UseMiddleware<LoopbackHosts>();
        if (security.NeedsKey)
            app.UseAuthentication();
        // Between the two: a caller is counted under its name, and who has none, under its address, before it is sent away.
        if (app.Services.GetRequiredService<IOptions<LimitOptions>>().Value.RequestsPerSecond > 0)
            app.UseRateLimiter();
        if (security.NeedsKey)
            app.UseAuthorization();
    }

    /// <summary>True for calls on tasks. By path rather than by route: what has no route there is one too.</summary>
    internal static bool IsOnTasks(this HttpRequest request) => request.Path.StartsWithSegments("/tasks", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for the calls with which an orchestrator watches the service.</summary>
    internal static bool IsOnHealth(this HttpRequest request) => request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase);

    // Metrics tell how busy the service is, which is nobody's business who has no key.
    private static bool MayCall(AuthorizationHandlerContext call) =>
        call.User.Identity?.IsAuthenticated is true
        || (call.Resource is HttpContext { Request: var request } && !request.IsOnTasks() && !request.Path.StartsWithSegments("/metrics", StringComparison.OrdinalIgnoreCase));
}
