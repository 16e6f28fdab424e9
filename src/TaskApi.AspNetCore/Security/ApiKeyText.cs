using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace TaskApi.AspNetCore.Security;

/// <summary>Keys, their hashes and their names as text.</summary>
internal static class ApiKeyText
{
    /// <summary>What <see cref="IsName"/> checks, as the end of a sentence.</summary>
    public const string NameRule = "1 to 64 characters, letters A to Z, digits, dots, hyphens and underscores";

    // Tells what a string is that turns up where it should not be: in a log, in a repository.
    private const string Prefix = "taskapi_";
    private const int RandomBytes = 32;
    private const int MaxNameLength = 64;

    private static readonly SearchValues<char> _nameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>A new key with 256 random bits: too many to guess, so that a plain hash protects it.</summary>
    public static string NewKey() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>The hash of a key as it stands in the configuration.</summary>
    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>True if a key may have this name.</summary>
    public static bool IsName([NotNullWhen(true)] string? name) =>
        name?.Length is >= 1 and <= MaxNameLength && !name.AsSpan().ContainsAnyExcept(_nameCharacters);

    /// <summary>True if this is the form of a hash.</summary>
    public static bool IsHash([NotNullWhen(true)] string? hash) =>
        hash?.Length == 2 * SHA256.HashSizeInBytes && hash.All(char.IsAsciiHexDigit);
}
