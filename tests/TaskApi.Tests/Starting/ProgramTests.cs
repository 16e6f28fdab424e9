using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TaskApi.Tests.Starting;

/// <summary>The program as it is called from a shell, in a folder that has nothing to do with it.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task Program_AskedForHelp_PrintsItAndEndsWell()
    {
        var (exitCode, output, errors) = await Run([], "--help");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("dotnet TaskApi.dll new-key NAME", output, StringComparison.Ordinal);
        Assert.Contains("d.hh:mm:ss; 0 to 30 days; default: 01:00:00", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_ThatCannotStart_SaysWhyInOneLineAndNothingElse()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var (exitCode, output, errors) = await Run([], "--urls", $"http://{other.LocalEndpoint}");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith($"The service does not start: Failed to bind to address http://{other.LocalEndpoint}: address already in use.", Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_WithAnUnknownSettingInTheEnvironment_DoesNotStart()
    {
        var (exitCode, output, errors) = await Run([("Tasks__MaxPendng", "5")], "--urls=http://127.0.0.1:0");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal("The service does not start: There is no setting Tasks:MaxPendng; the nearest is Tasks:MaxPending. --help lists all.", errors.TrimEnd());
    }

    private static async Task<(int ExitCode, string Output, string Errors)> Run((string Name, string Value)[] environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "TaskApi.dll"), .. args])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            process.Kill();
        }
    }
}
