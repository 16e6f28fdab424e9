using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Hosting;
using TaskApi.AspNetCore.Security;

namespace TaskApi.Access;

/// <summary>
/// Where nobody needs a key, nobody but this machine may reach the service, unless the configuration says that it is meant:
/// a start on any other address is refused. Kestrel asks before it binds each address, whichever setting the address is from,
/// so that none is open for a moment; what any server has bound is checked once more when it has started.
/// </summary>
internal sealed partial class ListenGuard(IOptions<SecurityOptions> options, IServer server, ILogger<ListenGuard> logger) : LifecycleService
{
    /// <summary>Has Kestrel refuse the addresses that are not this machine's alone.</summary>
    public static void Watch(KestrelServerOptions kestrel, IOptions<SecurityOptions> security)
    {
        if (security.Value.IsLoopbackOnly)
            kestrel.ConfigureEndpointDefaults(static endpoint => Check(endpoint));
    }

    /// <inheritdoc/>
    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        if (options.Value.IsLoopbackOnly && addresses.FirstOrDefault(static address => !Loopback.IsAddress(address)) is { } open)
            throw Refusal(open);
        if (options.Value is { AllowAnonymous: true, NeedsKey: false })
            Log.Anonymous(logger, string.Join(' ', addresses));
        return Task.CompletedTask;
    }

    // A host name other than localhost, as *, is any address to Kestrel. A socket in the file system has none.
    private static void Check(ListenOptions endpoint)
    {
        if (endpoint.IPEndPoint is { } address && !IPAddress.IsLoopback(address.Address))
            throw Refusal($"port {address.Port} of {(address.Address.Equals(IPAddress.IPv6Any) || address.Address.Equals(IPAddress.Any) ? "every address" : address.Address)}");
    }

    private static OptionsValidationException Refusal(string address) => new(Options.DefaultName, typeof(SecurityOptions),
    [
        $"It would listen on {address}, where anybody on the network could use it without a key. Configure an API key (Security:ApiKeys; the command new-key makes one), "
            + "or set Security:AllowAnonymous to true if everybody may use it, or listen on this machine alone, as in --urls http://localhost:5080.",
    ]);

    private static partial class Log
    {
        [LoggerMessage(2000, LogLevel.Warning, "No API key is configured and Security:AllowAnonymous is true: whoever reaches {Addresses} may use the service")]
        public static partial void Anonymous(ILogger logger, string addresses);
    }
}
