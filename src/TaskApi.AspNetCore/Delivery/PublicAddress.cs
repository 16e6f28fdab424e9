using System.Net;
using System.Net.Sockets;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>Tells which addresses are somebody's on the internet. By the registries of special addresses (RFC 6890), for IPv6 by what is given out at all (2000::/3).</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] _special4 = Array.ConvertAll<string, IPNetwork>(
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ],
        IPNetwork.Parse);

    private static readonly IPNetwork _given6 = IPNetwork.Parse("2000::/3");

    // Protocols' own (Teredo among them), documentation, 6to4.
    private static readonly IPNetwork[] _special6 = Array.ConvertAll<string, IPNetwork>(["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"], IPNetwork.Parse);

    private static readonly IPNetwork _nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>The address that is meant: an IPv4 address in IPv6's clothes is that IPv4 address.</summary>
    public static IPAddress Bare(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        return _nat64.Contains(new IPAddress(address.GetAddressBytes())) ? new IPAddress(address.GetAddressBytes().AsSpan(12)) : address;
    }

    /// <summary>True for a public unicast address.</summary>
    /// <param name="address">As <see cref="Bare"/> has it.</param>
    public static bool IsPublic(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !Array.Exists(_special4, network => network.Contains(address)),
        AddressFamily.InterNetworkV6 => address.ScopeId == 0 && _given6.Contains(address) && !Array.Exists(_special6, network => network.Contains(address)),
        _ => false,
    };
}
