using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskApi.Logging;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Observability;

[Collection(nameof(WithoutOthers))]
public sealed partial class LoggingSetupTests
{
    [Fact]
    public void Production_Event_IsALineOfCompactJson()
    {
        var line = Assert.Single(Written("Production", LogLevel.Warning));

        var json = JsonElement.Parse(line);
        Assert.Equal("Pending: {Pending}", json.Text("@mt"));
        Assert.Equal("Warning", json.Text("@l"));
        Assert.Equal(42, json.Number("Pending"));
    }

    [Fact]
    public void Development_Event_IsALineOfText()
    {
        var line = Assert.Single(Written("Development", LogLevel.Debug));

        Assert.Matches(@"^\[\d\d:\d\d:\d\d\.\d{3} DBG\] TaskApi\.LoggingSetupTests: Pending: 42$", line);
    }

    [Fact]
    public void Host_WouldLogNothingOfRequests_SoThatItBeginsNoActivitiesForThem()
    {
        using var app = Build("Production", []);

        Assert.False(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics").IsEnabled(LogLevel.Critical));
    }

    [Theory]
    [InlineData("Production", LogLevel.Information)]
    [InlineData("Development", LogLevel.Debug)]
    public void Level_ByDefault_IsThatOfTheEnvironment(string environment, LogLevel level)
    {
        using var app = Build(environment, []);
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("TaskApi.LoggingSetupTests");

        Assert.True(logger.IsEnabled(level));
        Assert.False(logger.IsEnabled(level - 1));
    }

    [Fact]
    public void Level_Configured_GoesBeforeTheDefault()
    {
        using var app = Build("Production", ["--Serilog:MinimumLevel:Override:TaskApi=Verbose"]);
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();

        Assert.True(loggers.CreateLogger("TaskApi.LoggingSetupTests").IsEnabled(LogLevel.Trace));
        Assert.False(loggers.CreateLogger("Elsewhere").IsEnabled(LogLevel.Debug));
    }

    [Fact]
    public void Level_EditedInTheFile_TakesEffectWhileTheServiceRuns()
    {
        var folder = TestFolder.Create();
        var file = Path.Combine(folder.FullName, "appsettings.json");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), file);
        var built = File.ReadAllText(file);
        using var app = Build("Production", [], folder.FullName);
        var tasks = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("TaskApi.Engine.Memory.MemoryTaskStorage");

        var levels = new List<bool> { tasks.IsEnabled(LogLevel.Debug) };
        foreach (var edited in (string[])[built.Replace("\"TaskApi\": \"Information\"", "\"TaskApi\": \"Debug\"", StringComparison.Ordinal), built])
        {
            File.WriteAllText(file, edited);
            // The file is watched, too; the test doesn't wait for that.
            ((IConfigurationRoot)app.Configuration).Reload();
            levels.Add(tasks.IsEnabled(LogLevel.Debug));
        }

        Assert.Equal([false, true, false], levels);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Sink_Configured_ReplacesTheDefault()
    {
        var lines = Written(
            "Production", LogLevel.Information, "--Serilog:WriteTo:0:Name=Console", "--Serilog:WriteTo:0:Args:outputTemplate=just {Message:lj}{NewLine}");

        Assert.Equal(["just Pending: 42"], lines);
    }

    [Fact]
    public void Sink_AFile_IsWritten()
    {
        var folder = TestFolder.Create();
        var file = Path.Combine(folder.FullName, "service.log");

        var lines = Written("Production", LogLevel.Information, "--Serilog:WriteTo:0:Name=File", $"--Serilog:WriteTo:0:Args:path={file}", "--Serilog:WriteTo:0:Args:outputTemplate={Message:lj}");

        Assert.Empty(lines);
        Assert.Equal("Pending: 42", File.ReadAllText(file));
        folder.Delete(recursive: true);
    }

    private static WebApplication Build(string environment, string[] settings, string? folder = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = settings,
            EnvironmentName = environment,
            ContentRootPath = folder ?? AppContext.BaseDirectory,
        });
        builder.AddLogging();
        return builder.Build();
    }

    // No other test may write to the console, or swap it, at the same time.
    private static string[] Written(string environment, LogLevel level, params string[] settings)
    {
        var console = Console.Out;
        using var written = new StringWriter();
        Console.SetOut(written);
        try
        {
            using var app = Build(environment, settings);
            var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("TaskApi.LoggingSetupTests");
            LogPending(logger, level, 42);
        }
        finally
        {
            Console.SetOut(console);
        }

        return written.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    [LoggerMessage(EventId = 7, Message = "Pending: {Pending}")]
    private static partial void LogPending(ILogger logger, LogLevel level, int pending);
}
