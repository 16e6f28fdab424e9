using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace TaskApi.AspNetCore.Http.Callers;

/// <summary>Who is calling.</summary>
internal static class Caller
{
    // Of an IPv6 address the half that a network gives out; the other is its holder's to choose.
    private const int NetworkBytes = 8;

    /// <summary>The owner of what this call creates and sees: the authenticated caller's name, or empty where there are no keys.</summary>
    /// <remarks>Asks the feature, because <see cref="HttpContext.User"/> makes up an anonymous principal for every request that has none.</remarks>
    public static string Owner(this HttpContext context) =>
        context.Features.Get<IHttpAuthenticationFeature>()?.User?.Identity?.Name ?? "";

    /// <summary>The one whom limits per caller hold: the owner or, where there is none, the address that calls.</summary>
    public static string CallerId(this HttpContext context) =>
        context.Owner() is { Length: > 0 } owner ? owner : Network(context.Connection.RemoteIpAddress);

    private static string Network(IPAddress? address)
    {
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false })
            return address?.ToString() ?? "";
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[NetworkBytes..].Clear();
        return new IPAddress(bytes).ToString();
    }
}
