using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace TaskApi.AspNetCore.Security;

/// <summary>The configured keys, ready to be compared. Immutable.</summary>
internal sealed class ApiKeys(IOptions<SecurityOptions> options)
{
    // Longer than any key that the command new-key makes; what is longer still isn't worth hashing.
    private const int MaxLength = 256;

    private readonly (byte[] Hash, AuthenticateResult Caller)[] _keys = [.. options.Value.ApiKeys.Select(static key => (Convert.FromHexString(key.Hash), Success(key.Name)))];

    /// <summary>
    /// The caller that <paramref name="key"/> belongs to, or null. Takes the same time whichever key it is, and whether there is
    /// one: all hashes are compared, each in constant time.
    /// </summary>
    public AuthenticateResult? Find(string key)
    {
        if (key.Length > MaxLength)
            return null;
        Span<byte> utf8 = stackalloc byte[Encoding.UTF8.GetMaxByteCount(MaxLength)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(key, utf8)], hash);
        AuthenticateResult? found = null;
        foreach (var (candidate, caller) in _keys)
            found = CryptographicOperations.FixedTimeEquals(candidate, hash) ? caller : found;
        return found;
    }

    // Made once: nothing changes a caller's identity between calls.
    private static AuthenticateResult Success(string name)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], ApiKeyHandler.Scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), ApiKeyHandler.Scheme));
    }
}
