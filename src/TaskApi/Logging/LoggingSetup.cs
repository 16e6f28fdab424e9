using System.Globalization;
using System.Reflection;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

namespace TaskApi.Logging;

/// <summary>Serilog as the one sink of what is logged through <see cref="Microsoft.Extensions.Logging"/>. Nothing outside this folder knows of it.</summary>
internal static class LoggingSetup
{
    // The host's.
    private const string RequestLog = "Microsoft.AspNetCore.Hosting.Diagnostics";

    private const string Readable = "[{Timestamp:HH:mm:ss.fff} {Level:u3}] {SourceContext}: {Message:lj}{NewLine}{Exception}";

    /// <summary>
    /// Sets up logging by the <c>Serilog</c> section of the configuration. Where it names no sink, events go to the console:
    /// as text in development, else as compact JSON, one event a line.
    /// </summary>
    /// <remarks>
    /// The default sink is not in appsettings.json, because configuration files merge key by key: neither an environment nor
    /// an operator could take it away again.
    /// </remarks>
    public static void AddLogging(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpContextAccessor();
        var serilog = Configured(builder.Configuration).Enrich.With<RequestIds>().Filter.ByExcluding(IsFailedStart);
        if (!builder.Configuration.GetSection("Serilog:WriteTo").Exists())
        {
            if (builder.Environment.IsDevelopment())
                serilog.WriteTo.Console(outputTemplate: Readable, formatProvider: CultureInfo.InvariantCulture);
            else
                serilog.WriteTo.Console(new CompactJsonFormatter());
        }

        builder.Logging.ClearProviders();
        // Levels are Serilog's to decide: two filters in a row would be one too many to understand.
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        // Where this could log, the host would begin an activity and a scope for each request, whatever the level: 5 % of a creation.
        // The request log of TaskApi, RequestIds and whoever listens for traces do without.
        // (Serilog's provider has a rule of its own, which goes before those for all.)
        builder.Logging.AddFilter(RequestLog, LogLevel.None).AddFilter<SerilogLoggerProvider>(RequestLog, LogLevel.None);
        builder.Logging.AddSerilog(serilog.CreateLogger(), dispose: true);
    }

    private static LoggerConfiguration Configured(IConfiguration configuration)
    {
        try
        {
            return new LoggerConfiguration().ReadFrom.Configuration(configuration);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException or TargetInvocationException)
        {
            throw new InvalidOperationException($"The section Serilog of the configuration is wrong: {exception.GetBaseException().Message}", exception);
        }
    }

    // The program says why it doesn't start, in a sentence; the host would say it first, with a stack trace.
    private static bool IsFailedStart(LogEvent logged)
    {
        const string Host = "Microsoft.Extensions.Hosting.Internal.Host";
        const int HostedServiceStartupFaulted = 11;
        return logged.Properties.TryGetValue("SourceContext", out var source) && source is ScalarValue { Value: Host }
            && logged.Properties.TryGetValue("EventId", out var id) && id is StructureValue { Properties: var parts }
            && parts.Any(static part => part is { Name: "Id", Value: ScalarValue { Value: HostedServiceStartupFaulted } });
    }
}
