namespace TaskApi.Starting;

/// <summary>A setting of the host or of a library that the documentation tells of.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Unit">What it is measured in, or how it is written.</param>
/// <param name="Default">What it is where nobody sets it.</param>
/// <param name="Text">What it is.</param>
internal sealed record HostSetting(string Key, string Unit, string Default, string Text);

/// <summary>The settings that are not this service's own.</summary>
internal static class HostSettings
{
    /// <summary>Where the service listens, unless it is told otherwise.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    /// <summary>Those that the documentation tells of.</summary>
    public static IReadOnlyList<HostSetting> All { get; } =
    [
        new("ConnectionStrings:Tasks", "Npgsql's connection string", "none", "the database, with Tasks:Storage=Postgres"),
        new("Urls", "addresses, separated by ;", DefaultUrl, "where it listens; in the container port 8080"),
        new("AllowedHosts", "names, separated by ;", "*", "the host names that calls may be for"),
        new("Environment", "name", "Production", "Development logs more, and as text"),
        new("ContentRoot", "path", "beside the program", "the folder of appsettings.json"),
        new("Serilog:MinimumLevel:Override:TaskApi", "Verbose to Fatal", "Information; in development Debug", "what is logged; Debug logs each task and each request"),
        new("Serilog:WriteTo", "Serilog's sinks", "the console", "where the log goes"),
        new("OTEL_EXPORTER_OTLP_ENDPOINT", "address", "none", "where metrics and traces are sent"),
        new("OTEL_SDK_DISABLED", "true, false", "false", "true stops all measuring"),
        new("TZ", "time zone, such as Europe/Oslo", "the system's", "the time of day in results; in the environment alone"),
    ];

    // What ASP.NET Core, Serilog and OpenTelemetry read, and what a test or a tool that starts the service passes on.
    private static readonly string[] _sections = ["Serilog", "Logging", "Kestrel", "HostBuilder"];

    private static readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Urls", "Http_Ports", "Https_Ports", "Https_Port", "PreferHostingUrls", "AllowedHosts", "Environment", "ContentRoot", "ApplicationName", "WebRoot", "StartupAssembly",
        "HostingStartupAssemblies", "HostingStartupExcludeAssemblies", "PreventHostingStartup", "ShutdownTimeoutSeconds", "DetailedErrors", "CaptureStartupErrors",
        "SuppressStatusMessages", "ForwardedHeaders_Enabled", "StaticWebAssets", "ConnectionStrings:Tasks",
    };

    /// <summary>True if something besides this service's sections reads the setting, so that an argument may be meant for it.</summary>
    public static bool IsKnown(string key) =>
        _names.Contains(key)
        || key.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase)
        || _sections.Any(section => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));
}
