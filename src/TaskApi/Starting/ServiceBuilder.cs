namespace TaskApi.Starting;

/// <summary>How the service's host differs from what ASP.NET Core makes by default: where it finds its settings, and where it listens.</summary>
internal static class ServiceBuilder
{
    private const string WithoutWatching = "--HostBuilder:ReloadConfigOnChange=false";

    private static readonly string[] _addresses = ["Urls", "Http_Ports", "Https_Ports"];

    /// <summary>Begins the service.</summary>
    /// <param name="args">The program's arguments.</param>
    public static WebApplicationBuilder Create(string[] args) => Create(args, WebApplication.CreateBuilder);

    /// <summary>The same.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="create">Makes the builder; throws an <see cref="IOException"/> where the system has no means left to watch files.</param>
    public static WebApplicationBuilder Create(string[] args, Func<WebApplicationOptions, WebApplicationBuilder> create)
    {
        var folder = ContentRoot(args);
        WebApplicationBuilder builder;
        try
        {
            builder = create(new WebApplicationOptions { Args = args, ContentRootPath = folder });
        }
        catch (IOException)
        {
            // What else may have failed fails again.
            builder = create(new WebApplicationOptions { Args = [.. args, WithoutWatching], ContentRootPath = folder });
            builder.Services.AddHostedService<NotWatchingReport>();
        }

        builder.Services.AddSingleton(new CommandLine(args));
        if (!SaysWhereToListen(builder.Configuration))
            builder.WebHost.UseUrls(HostSettings.DefaultUrl);
        return builder;
    }

    // Settings are found beside the program, wherever it is started from, unless somebody says where they are.
    private static string ContentRoot(string[] args)
    {
        var given = new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").AddCommandLine(args).Build();
        return given[WebHostDefaults.ContentRootKey] is { Length: > 0 } folder ? Path.GetFullPath(folder) : AppContext.BaseDirectory;
    }

    private static bool SaysWhereToListen(ConfigurationManager configuration) =>
        Array.Exists(_addresses, key => !string.IsNullOrEmpty(configuration[key])) || configuration.GetSection("Kestrel:Endpoints").Exists();
}
