using System.Net;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Security;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>What may be called: public addresses, and what the settings open; loopback only while all who call are on this machine. Thread-safe.</summary>
/// <param name="options">What the settings open and narrow.</param>
/// <param name="callers">Who may call the service.</param>
internal sealed class DeliveryTargets(IOptions<DeliveryOptions> options, LocalCallers callers)
{
    private readonly IPNetwork[] _networks = [.. options.Value.AllowedNetworks.Select(static text => TrustedProxies.TryParse(text, out var network) ? network : default)];
    private readonly string[] _hosts = [.. options.Value.AllowedHosts.Select(Normal)];

    /// <summary>True if calls to this host are allowed, whatever its addresses are.</summary>
    public bool AllowsHost(string host)
    {
        if (_hosts.Length == 0)
            return true;
        var normal = Normal(host);
        return Array.Exists(_hosts, allowed => allowed.StartsWith("*.", StringComparison.Ordinal) ? normal.EndsWith(allowed[1..], StringComparison.Ordinal) : normal == allowed);
    }

    /// <summary>True if this address may be connected to.</summary>
    public async ValueTask<bool> AllowsAddressAsync(IPAddress address)
    {
        var bare = PublicAddress.Bare(address);
        return PublicAddress.IsPublic(bare) || Array.Exists(_networks, network => network.Contains(bare)) || (IPAddress.IsLoopback(bare) && await callers.AreAllAsync());
    }

    private static string Normal(string host)
    {
        var bare = host.TrimEnd('.').ToLowerInvariant();
        return bare.StartsWith("*.", StringComparison.Ordinal) ? $"*.{Normal(bare[2..])}" : Uri.TryCreate($"http://{bare}/", UriKind.Absolute, out var url) ? url.IdnHost.TrimEnd('.') : bare;
    }
}
