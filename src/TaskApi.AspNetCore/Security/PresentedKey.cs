using Microsoft.Extensions.Primitives;

namespace TaskApi.AspNetCore.Security;

/// <summary>The key that a request brings: <c>Authorization: Bearer KEY</c> (RFC 6750) or <c>X-Api-Key: KEY</c>.</summary>
internal static class PresentedKey
{
    /// <summary>The other header that may carry the key.</summary>
    public const string Header = "X-Api-Key";

    private const string Bearer = "Bearer";

    /// <summary>Reads the key.</summary>
    /// <param name="headers">The request's. An <c>Authorization</c> of another scheme, which may be meant for a proxy, counts as none.</param>
    /// <param name="key">The key; empty if there is none or no single one.</param>
    /// <returns>False if there is none at all.</returns>
    public static bool TryRead(IHeaderDictionary headers, out string key)
    {
        var bearer = ReadBearer(headers.Authorization);
        var plain = headers[Header];
        key = (bearer, plain.Count) switch
        {
            (null, 1) => plain[0]!.Trim(),
            ({ } token, 0) => token,
            ({ } token, 1) when token == plain[0]!.Trim() => token,
            _ => "",
        };
        return bearer is not null || plain.Count > 0;
    }

    private static string? ReadBearer(StringValues authorization)
    {
        if (authorization.Count > 1)
            return "";
        var text = authorization.Count == 0 ? "" : authorization[0]!;
        var isBearer = text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && (text.Length == Bearer.Length || text[Bearer.Length] == ' ');
        return isBearer ? text[Bearer.Length..].Trim() : null;
    }
}
