using Microsoft.Extensions.Options;

namespace TaskApi.AspNetCore.Security;

/// <summary>The rules for names and hashes of keys, and for proxies: one that is wrong stops the start with a sentence that names the setting.</summary>
internal sealed class SecurityValidator(IConfiguration configuration) : IValidateOptions<SecurityOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        var faults = new List<string>();
        var section = configuration.GetSection($"{SecurityOptions.Section}:{nameof(SecurityOptions.ApiKeys)}");
        if (section.Value is { Length: > 0 })
            faults.Add($"{section.Path} must be a list of keys, each with a Name and a Hash.");
        var keys = section.GetChildren().ToArray();
        for (var i = 0; i < keys.Length; i++)
            Check(keys[i], keys.AsSpan(0, i), faults);
        for (var i = 0; i < options.KnownProxies.Count; i++)
        {
            if (!TrustedProxies.TryParse(options.KnownProxies[i], out _))
                faults.Add($"{SecurityOptions.Section}:{nameof(SecurityOptions.KnownProxies)}:{i} must be {TrustedProxies.Rule}.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Check(IConfigurationSection key, ReadOnlySpan<IConfigurationSection> earlier, List<string> faults)
    {
        var (name, hash) = (key[nameof(ApiKey.Name)], key[nameof(ApiKey.Hash)]);
        if (!ApiKeyText.IsName(name))
            faults.Add($"{key.Path}:Name must be {ApiKeyText.NameRule}.");
        if (!ApiKeyText.IsHash(hash))
            faults.Add($"{key.Path}:Hash must be the SHA-256 of a key, 64 hexadecimal digits, as the command new-key prints it.");
        foreach (var other in earlier)
        {
            if (string.Equals(other[nameof(ApiKey.Name)], name, StringComparison.OrdinalIgnoreCase) && !LooksAtSame(key, other))
                faults.Add($"{key.Path}:Name repeats that of {other.Path}; each key needs a name of its own, unless one of the two is ReadOnly and the names are spelled alike.");
            if (string.Equals(other[nameof(ApiKey.Hash)], hash, StringComparison.OrdinalIgnoreCase))
                faults.Add($"{key.Path}:Hash repeats that of {other.Path}; one key can't stand for two callers.");
        }
    }

    // Beside those who change an owner's tasks there may be others who look at them.
    private static bool LooksAtSame(IConfigurationSection key, IConfigurationSection other) =>
        (IsReadOnly(key) || IsReadOnly(other)) && string.Equals(key[nameof(ApiKey.Name)], other[nameof(ApiKey.Name)], StringComparison.Ordinal);

    private static bool IsReadOnly(IConfigurationSection key) => bool.TryParse(key[nameof(ApiKey.ReadOnly)], out var isReadOnly) && isReadOnly;
}
