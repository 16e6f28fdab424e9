using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Security;

namespace TaskApi.Access;

/// <summary>By which names the service may be called.</summary>
internal static class HostChecks
{
    /// <summary>Adds the checks.</summary>
    public static void Use(IApplicationBuilder app)
    {
        app.UseMiddleware<AllowedHosts>();
        if (app.ApplicationServices.GetRequiredService<IOptions<SecurityOptions>>().Value.IsLoopbackOnly)
            app.UseMiddleware<LoopbackHosts>();
    }
}
