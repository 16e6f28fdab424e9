using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Security;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>The rules for networks, hosts and secrets: one that is wrong stops the start with a sentence that names the setting.</summary>
internal sealed class DeliveryValidator : IValidateOptions<DeliveryOptions>, IValidateOptions<SecurityOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        var faults = new List<string>();
        Check($"{DeliveryOptions.Section}:{nameof(options.AllowedNetworks)}", options.AllowedNetworks, static network => TrustedProxies.TryParse(network, out _), TrustedProxies.Rule, faults);
        Check($"{DeliveryOptions.Section}:{nameof(options.AllowedHosts)}", options.AllowedHosts, IsHost, "a name, such as hooks.example.com or *.example.com, without scheme and port", faults);
        CheckSecrets($"{DeliveryOptions.Section}:{nameof(options.Secrets)}", options.Secrets, faults);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        var faults = new List<string>();
        for (var i = 0; i < options.ApiKeys.Count; i++) CheckSecrets($"{SecurityOptions.Section}:{nameof(options.ApiKeys)}:{i}:{nameof(ApiKey.WebhookSecrets)}", options.ApiKeys[i].WebhookSecrets, faults);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsHost(string host) => Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) != UriHostNameType.Unknown;

    private static void CheckSecrets(string setting, IList<string> secrets, List<string> faults) =>
        Check(setting, secrets, static secret => WebhookSignature.TryReadSecret(secret, out _), WebhookSignature.SecretRule, faults);

    // The value isn't repeated: it may be a secret.
    private static void Check(string setting, IList<string> values, Predicate<string> isRight, string rule, List<string> faults)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (!isRight(values[i]))
                faults.Add($"{setting}:{i} must be {rule}.");
        }
    }
}
