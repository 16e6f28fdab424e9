using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace TaskApi.AspNetCore.Security;

/// <summary>The configured keys, ready to be compared. Immutable.</summary>
internal sealed class ApiKeys(IOptions<SecurityOptions> options)
{
    // Longer than any key that the command new-key makes; what is longer still isn't worth hashing.
    private const int MaxLength = 256;

    private readonly (byte[] Hash, KeyHolder Holder)[] _keys = [.. options.Value.ApiKeys.Select(static key => (Convert.FromHexString(key.Hash), new KeyHolder(CallerOf(key.Name), key.ReadOnly)))];

    /// <summary>
    /// The caller that <paramref name="key"/> belongs to, or null. Takes the same time whichever key it is, and whether there is
    /// one: all hashes are compared, each in constant time.
    /// </summary>
    public KeyHolder? Find(string key)
    {
        if (key.Length > MaxLength)
            return null;
        Span<byte> utf8 = stackalloc byte[Encoding.UTF8.GetMaxByteCount(MaxLength)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(key, utf8)], hash);
        KeyHolder? found = null;
        foreach (var (candidate, holder) in _keys)
            found = CryptographicOperations.FixedTimeEquals(candidate, hash) ? holder : found;
        return found;
    }

    // Made once: nothing changes a caller's identity between calls.
    private static ClaimsPrincipal CallerOf(string name) => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "ApiKey"));
}

/// <summary>Who has a key.</summary>
/// <param name="Caller">Whose the tasks are.</param>
/// <param name="IsReadOnly">The key lets look, and change nothing.</param>
internal sealed record KeyHolder(ClaimsPrincipal Caller, bool IsReadOnly);
