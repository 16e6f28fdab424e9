using System.Globalization;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Configuration;

namespace TaskApi.Starting;

/// <summary>Settings of the host and its libraries that would otherwise end the start with a stack trace, or be ignored without a word.</summary>
internal sealed class HostCheck(IConfiguration configuration) : IValidateOptions<StartSettings>
{
    private const string UrlsRule = "http://localhost:5080, or several separated by semicolons";

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, StartSettings options)
    {
        var faults = new List<string>();
        var urls = configuration["Urls"];
        if (!string.IsNullOrEmpty(urls) && !Array.TrueForAll(urls.Split(';', StringSplitOptions.RemoveEmptyEntries), IsAddress))
            faults.Add($"Urls must be an address such as {UrlsRule}, not '{urls}'.");
        foreach (var ports in (string[])["Http_Ports", "Https_Ports"])
        {
            if (configuration[ports] is { Length: > 0 } given && !Array.TrueForAll(given.Split(';', StringSplitOptions.RemoveEmptyEntries), IsPort))
                faults.Add($"{ports} must be port numbers from 0 to 65535, separated by semicolons, not '{given}'.");
        }

        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (!IsAddress(endpoint["Url"] ?? ""))
                faults.Add($"{endpoint.Path}:Url must be an address such as http://localhost:5080, not '{endpoint["Url"]}'.");
        }

        const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";
        if (configuration[Collector] is { } address && !string.IsNullOrWhiteSpace(address) && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            faults.Add($"{Collector} must be an address such as http://localhost:4317, not '{address}'.");
        if (TimeZoneFault(Environment.GetEnvironmentVariable("TZ")) is { } fault)
            faults.Add(fault);
        return StartSettings.Result(faults);
    }

    /// <summary>What is wrong with <c>TZ</c>: .NET takes what it doesn't know for UTC. Null if nothing is.</summary>
    public static string? TimeZoneFault(string? zone)
    {
        var id = zone?.TrimStart(':');
        return string.IsNullOrEmpty(id) || File.Exists(id) || TimeZoneInfo.TryFindSystemTimeZoneById(id, out _)
            ? null
            : $"TZ must be a time zone that this system knows, such as UTC or Europe/Oslo, not '{zone}'.";
    }

    private static bool IsPort(string text) => ushort.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsAddress(string text)
    {
        try
        {
            var address = BindingAddress.Parse(text.Trim());
            return address.Scheme.ToUpperInvariant() is "HTTP" or "HTTPS" && (address.IsUnixPipe || address.IsNamedPipe || address is { Host.Length: > 0, Port: >= 0 and <= ushort.MaxValue });
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return false;
        }
    }
}
