using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.Engine.Configuration;

namespace TaskApi.AspNetCore.Security;

/// <summary>Who may call, and how the service finds out.</summary>
internal static class SecuritySetup
{
    /// <summary>Registers what the checks need.</summary>
    public static void AddSecurity(this IServiceCollection services)
    {
        services.AddSettings<SecurityOptions>(SecurityOptions.Section);
        services.AddSettings<HttpOptions>(HttpOptions.Section);
        services.AddSingleton<IValidateOptions<SecurityOptions>, SecurityValidator>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<GuardedPlaces>();
        services.AddSingleton<LocalCallers>();
        // The limits themselves are given to where they are used: here are the counters that tell of them.
        services.AddRateLimiter();
    }

    /// <summary>Adds the path under which a proxy has the service to what answers refer to, where there is one: before anything that looks at a path, the routing too.</summary>
    public static void UsePathPrefix(this IApplicationBuilder app)
    {
        if (PathPrefix.IsNeeded(app.ApplicationServices))
            app.UseMiddleware<PathPrefix>();
    }

    /// <summary>Adds the checks to the pipeline: before anything that handles a call, after what turns bare answers into problems.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="guard">Adds what else may refuse a call, whoever makes it; null for nothing.</param>
    public static void UseSecurity(this IApplicationBuilder app, Action<IApplicationBuilder>? guard)
    {
        var services = app.ApplicationServices;
        var security = services.GetRequiredService<IOptions<SecurityOptions>>().Value;
        var limits = services.GetRequiredService<IOptions<LimitOptions>>().Value;
        var hasOwners = services.GetService<UserOwners>() is not null;
        if (hasOwners && security.NeedsKey)
            throw new InvalidOperationException("Both Security:ApiKeys and the Owner that AddTaskApi was given say whose tasks are: it has to be one of the two.");
        app.UseMiddleware<ForeignPageGuard>();
        if (security.KnownProxies.Count > 0)
            app.UseForwardedHeaders(TrustedProxies.Options(security));
        app.UseMiddleware<PageHeaders>();
        guard?.Invoke(app);
        if (security.NeedsKey)
            app.UseMiddleware<ApiKeyReader>();
        // Between the two: a caller is counted under its name, and who has none, under its address, before it is sent away.
        if (limits.RequestsPerSecond > 0)
            app.UseRateLimiter(RateLimits.Options(limits, services.GetRequiredService<TimeProvider>()));
        if (security.NeedsKey)
            app.UseMiddleware<ApiKeyGuard>();
        if (hasOwners)
            app.UseMiddleware<UserGuard>();
        if (security.ApiKeys.Any(static key => key.ReadOnly) || services.GetService<ReadOnlyUsers>() is not null)
            app.UseMiddleware<ReadOnlyGuard>();
    }

    /// <summary>True for calls on tasks, on the work in them and on what makes them. By path rather than by route: what has no route there is one too.</summary>
    internal static bool IsOnTasks(this HttpRequest request) =>
        request.Path.StartsWithSegments("/tasks", StringComparison.OrdinalIgnoreCase) || request.Path.StartsWithSegments("/work", StringComparison.OrdinalIgnoreCase)
        || request.Path.StartsWithSegments("/schedules", StringComparison.OrdinalIgnoreCase) || request.Path.StartsWithSegments("/queues", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for the calls with which an orchestrator watches the service.</summary>
    internal static bool IsOnHealth(this HttpRequest request) => request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for calls that need a key where there are keys.</summary>
    internal static bool IsForCallers(this HttpRequest request) =>
        // Metrics tell how busy the service is, which is nobody's business who has no key.
        request.IsOnTasks() || request.Path.StartsWithSegments("/metrics", StringComparison.OrdinalIgnoreCase);
}
