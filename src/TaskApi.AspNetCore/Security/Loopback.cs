using System.Net;

namespace TaskApi.AspNetCore.Security;

/// <summary>Which names and addresses are this machine's alone.</summary>
internal static class Loopback
{
    private const string Localhost = "localhost";

    /// <summary>True for localhost, names under it, and the addresses of the loopback interface.</summary>
    /// <param name="host">Without a port; an IPv6 address may be in brackets.</param>
    public static bool IsHost(string host) =>
        host.Equals(Localhost, StringComparison.OrdinalIgnoreCase)
        || host.EndsWith("." + Localhost, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address) && IPAddress.IsLoopback(address));

    /// <summary>True if nobody on the network reaches what listens there: a socket of the file system counts as such.</summary>
    /// <param name="address">As a server tells it: <c>http://127.0.0.1:5080</c>.</param>
    public static bool IsAddress(string address)
    {
        var parsed = BindingAddress.Parse(address);
        return parsed.IsUnixPipe || parsed.IsNamedPipe || IsHost(parsed.Host);
    }
}
