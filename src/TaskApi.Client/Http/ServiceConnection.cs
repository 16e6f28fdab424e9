using Microsoft.Extensions.Configuration;

namespace TaskApi.Client.Http;

/// <summary>Where a service is, and with which key it is called.</summary>
/// <param name="Address">Its address.</param>
/// <param name="ApiKey">The key, or null.</param>
internal sealed record ServiceConnection(Uri Address, string? ApiKey)
{
    /// <summary>The one that an address, or the name of a connection string or of a service that can be discovered, means.</summary>
    /// <exception cref="ArgumentException">It means none; the message says what was looked for, and shows no key.</exception>
    public static ServiceConnection Of(IConfiguration configuration, string addressOrName, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(addressOrName, parameter);
        if (AddressOf(addressOrName) is { } address)
            return new(address, null);
        if (configuration.GetConnectionString(addressOrName) is { Length: > 0 } text)
        {
            return Parse(text) ?? throw new ArgumentException(
                $"ConnectionStrings:{addressOrName} has to be the service's address, such as https://tasks.example.com, or Endpoint=ADDRESS;Key=KEY.", parameter);
        }

        return AddressOf(configuration[$"services:{addressOrName}:https:0"] ?? configuration[$"services:{addressOrName}:http:0"]) is { } found
            ? new(found, null)
            : throw new ArgumentException(
                $"'{addressOrName}' is no address such as https://tasks.example.com, and the configuration has neither ConnectionStrings:{addressOrName} nor services:{addressOrName}:http:0.",
                parameter);
    }

    private static ServiceConnection? Parse(string text)
    {
        if (AddressOf(text) is { } only)
            return new(only, null);
        Uri? address = null;
        string? key = null;
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith("Endpoint=", StringComparison.OrdinalIgnoreCase))
                address = AddressOf(part["Endpoint=".Length..]);
            else if (part.StartsWith("Key=", StringComparison.OrdinalIgnoreCase))
                key = part["Key=".Length..];
            else
                return null;
        }

        return address is null ? null : new(address, string.IsNullOrEmpty(key) ? null : key);
    }

    private static Uri? AddressOf(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address : null;
}
