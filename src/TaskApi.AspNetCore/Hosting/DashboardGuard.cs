using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Dashboard;
using TaskApi.AspNetCore.Security;

namespace TaskApi.AspNetCore.Hosting;

/// <summary>
/// Doesn't let a program start whose dashboard, at a place of its own, anybody on the network could use. Where the server listens, and what is said of
/// the endpoint, is certain once the program has started; calls that come before that wait for the verdict.
/// </summary>
internal sealed class DashboardGuard(DashboardPlace place, IOptions<SecurityOptions> security, IServiceProvider services) : LifecycleService
{
    /// <inheritdoc/>
    public override async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!place.IsOfItsOwn)
            return;
        var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var open = security.Value.IsLoopbackOnly ? addresses.FirstOrDefault(static address => !Loopback.IsAddress(address)) : null;
        var mayBeShown = open is null || await NeedsAuthorizationAsync();
        place.Judge(mayBeShown);
        if (!mayBeShown)
        {
            throw new InvalidOperationException(
                $"The dashboard would be open to anybody on the network, at {open}. Say who may see it: app.MapTaskApiDashboard(…).RequireAuthorization(). Or configure API keys "
                + "(Security:ApiKeys), or listen on this machine alone, as in --urls http://localhost:5080, or set Security:AllowAnonymous to true if everybody may see and change all tasks.");
        }
    }

    private async Task<bool> NeedsAuthorizationAsync()
    {
        var endpoints = services.GetRequiredService<EndpointDataSource>().Endpoints.Where(endpoint => endpoint.Metadata.Contains(place)).ToArray();
        var hasFallback = services.GetService<IAuthorizationPolicyProvider>() is { } policies && await policies.GetFallbackPolicyAsync() is not null;
        return Array.TrueForAll(endpoints, endpoint => NeedsAuthorization(endpoint.Metadata, hasFallback));
    }

    private static bool NeedsAuthorization(EndpointMetadataCollection metadata, bool hasFallback) =>
        metadata.GetMetadata<IAllowAnonymous>() is null
        && (hasFallback || metadata.GetMetadata<IAuthorizeData>() is not null || metadata.GetMetadata<AuthorizationPolicy>() is not null || metadata.GetMetadata<IAuthorizationRequirementData>() is not null);
}
