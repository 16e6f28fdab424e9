using System.ComponentModel.DataAnnotations;
using TaskApi.Engine.Configuration;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>The <c>Delivery</c> section of the configuration: how URLs are called for tasks of type <c>http</c>.</summary>
internal sealed class DeliveryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Delivery";

    /// <summary>How many calls may be under way at once: 1 to 100,000.</summary>
    [Range(1, 100_000)]
    [Setting("how many URLs are called at once", Unit = "calls")]
    public int MaxConcurrent { get; set; } = 256;

    /// <summary>How many of them to one host: 1 to 100,000.</summary>
    [Range(1, 100_000)]
    [Setting("how many calls to one host at once", Unit = "calls")]
    public int MaxPerHost { get; set; } = 32;

    /// <summary>Networks that may be called although they are not public: addresses or networks.</summary>
    [Setting("networks that may be called although they aren't public", Unit = "list of addresses or networks")]
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>The only hosts that may be called: names, <c>*.example.com</c> for all under one. Empty: any.</summary>
    [Setting("the only hosts that may be called, *.example.com for all under a name; none: any", Unit = "list of names")]
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>What calls are signed with, each with all of them: as <c>whsec_…</c>.</summary>
    [Setting("what calls are signed with, all of them at once, so that they can be changed: whsec_ and 24 to 64 bytes in base64", Unit = "list of secrets")]
    public IList<string> Secrets { get; } = [];
}
