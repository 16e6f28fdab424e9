using TaskApi.Engine.Configuration;

namespace TaskApi.AspNetCore.Security;

/// <summary>The <c>Security</c> section of the configuration.</summary>
internal sealed class SecurityOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Security";

    /// <summary>Who may call. Empty: anybody who can reach the service, which then listens on this machine alone.</summary>
    [Setting("whose calls are taken; the command new-key makes a key and prints the lines to configure", Unit = "list of Name, Hash, ReadOnly, WebhookSecrets")]
    public IList<ApiKey> ApiKeys { get; } = [];

    /// <summary>True to let the service listen on the network without keys. Without effect once there is a key.</summary>
    [Setting("whether the service may listen on the network without any key; otherwise such a start is refused")]
    public bool AllowAnonymous { get; set; }

    /// <summary>Proxies that are believed about whose call they pass on: addresses or networks. Empty: none, and <c>X-Forwarded-For</c> and <c>X-Forwarded-Prefix</c> are ignored.</summary>
    [Setting("proxies that are believed about the address of who calls through them, and the path that they have taken off", Unit = "list of addresses or networks")]
    public IList<string> KnownProxies { get; } = [];

    /// <summary>True if calls need a key.</summary>
    internal bool NeedsKey => ApiKeys.Count > 0;

    /// <summary>True if being on this machine is what lets a caller in: no other may then reach the service.</summary>
    internal bool IsLoopbackOnly => !NeedsKey && !AllowAnonymous;
}

/// <summary>A caller and the hash of its key.</summary>
internal sealed class ApiKey
{
    /// <summary>Whose the tasks are that are created with the key: 1 to 64 characters, <c>[A-Za-z0-9._-]</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The key's SHA-256 in 64 hexadecimal digits.</summary>
    public string Hash { get; set; } = "";

    /// <summary>True if it lets look at the tasks of that name, and change nothing. The name may be that of other keys, too.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>What calls of URLs for its tasks are signed with, instead of <c>Delivery:Secrets</c>: as <c>whsec_…</c>.</summary>
    public IList<string> WebhookSecrets { get; } = [];
}
