using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>Signatures by Standard Webhooks (standardwebhooks.com, version 1): HMAC-SHA256 of id, time and body.</summary>
internal static class WebhookSignature
{
    /// <summary>What <see cref="TryReadSecret"/> checks, as the end of a sentence.</summary>
    public const string SecretRule = "whsec_ and 24 to 64 bytes in base64";

    private const string Prefix = "whsec_";

    /// <summary>Reads a secret; false if it is none.</summary>
    public static bool TryReadSecret(string? text, out byte[] secret)
    {
        secret = [];
        if (text?.StartsWith(Prefix, StringComparison.Ordinal) is not true)
            return false;
        Span<byte> bytes = stackalloc byte[64];
        if (!Convert.TryFromBase64Chars(text.AsSpan(Prefix.Length), bytes, out var length) || length < 24)
            return false;
        secret = bytes[..length].ToArray();
        return true;
    }

    /// <summary>The header's value: one signature a secret, with a space between.</summary>
    /// <param name="secrets">One or more.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="timestamp">When it is sent, in Unix seconds.</param>
    /// <param name="body">What is sent.</param>
    public static string Sign(IReadOnlyList<byte[]> secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var signatures = new StringBuilder();
        foreach (var secret in secrets)
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
            hmac.AppendData(head);
            hmac.AppendData(body);
            hmac.GetHashAndReset(hash);
            signatures.Append(signatures.Length > 0 ? " " : "").Append("v1,").Append(Convert.ToBase64String(hash));
        }

        return signatures.ToString();
    }
}
