using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Security;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>Which secrets sign whose calls: those of the owner's API key or, if it has none, the service's. Immutable.</summary>
internal sealed class WebhookSecrets(IOptions<DeliveryOptions> delivery, IOptions<SecurityOptions> security)
{
    private readonly byte[][] _common = Read(delivery.Value.Secrets);
    private readonly Dictionary<string, byte[][]> _own = security.Value.ApiKeys.Where(static key => key is { ReadOnly: false, WebhookSecrets.Count: > 0 })
        .ToDictionary(static key => key.Name, static key => Read(key.WebhookSecrets), StringComparer.Ordinal);

    /// <summary>Those of an owner; may be none.</summary>
    public IReadOnlyList<byte[]> Of(string owner) => _own.GetValueOrDefault(owner, _common);

    private static byte[][] Read(IEnumerable<string> secrets) => [.. secrets.Select(static text => WebhookSignature.TryReadSecret(text, out var secret) ? secret : []).Where(static secret => secret.Length > 0)];
}
