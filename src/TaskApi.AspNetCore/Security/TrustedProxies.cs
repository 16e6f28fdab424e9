using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace TaskApi.AspNetCore.Security;

/// <summary>
/// Believes the proxies that are configured, and nobody else, about the address whose call they pass on (<c>X-Forwarded-For</c>):
/// limits per caller would otherwise be those of the proxy. Scheme and host of the call stay as they are: no answer has an absolute link. The path
/// is asked for by <see cref="PathPrefix"/>, the host by <see cref="ForeignPageGuard"/> alone.
/// </summary>
internal static class TrustedProxies
{
    /// <summary>What <see cref="TryParse"/> checks, as the end of a sentence.</summary>
    public const string Rule = "an address or a network, such as 10.0.0.5 or 10.0.0.0/8";

    /// <summary>What of their headers is believed.</summary>
    public static ForwardedHeadersOptions Options(SecurityOptions security)
    {
        // As far back as the chain is known: what stands before that may be made up.
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in Networks(security))
            forwarded.KnownIPNetworks.Add(network);
        return forwarded;
    }

    /// <summary>The proxies that are configured.</summary>
    public static IEnumerable<IPNetwork> Networks(SecurityOptions security)
    {
        foreach (var proxy in security.KnownProxies)
        {
            if (TryParse(proxy, out var network))
                yield return network;
        }
    }

    /// <summary>True if a call comes from one of the proxies that are configured.</summary>
    /// <param name="proxies">Those.</param>
    /// <param name="address">Where the call comes from. On a socket of the file system nobody has an address, and who may open it is the file system's to say.</param>
    public static bool Include(IPNetwork[] proxies, IPAddress? address)
    {
        if (proxies.Length == 0 || address is null)
            return proxies.Length > 0;
        return Array.Exists(proxies, proxy => proxy.Contains(address) || (address.IsIPv4MappedToIPv6 && proxy.Contains(address.MapToIPv4())));
    }

    /// <summary>Reads an address, which is a network of one, or a network; false if it is neither.</summary>
    public static bool TryParse(string? text, out IPNetwork network)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            network = new(address, 8 * address.GetAddressBytes().Length);
            return true;
        }

        return IPNetwork.TryParse(text, out network);
    }
}
