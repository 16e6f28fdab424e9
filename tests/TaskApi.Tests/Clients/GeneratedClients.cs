using System.Diagnostics;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Clients;

/// <summary>What generators and linters make of the API description: installed by the first run, generated and built once for all tests.</summary>
public sealed class GeneratedClients : IAsyncLifetime
{
    // Real time, and far more than the first run takes, which installs.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    private static string Folder => RepositoryFile.PathOf("tests/clients");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "generated"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "generated", "swagger.json"), (await ApiDescription.Current).Text);
        await Run("bash", "generate.sh");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs a program in the folder of the clients, expects it to succeed, and answers with what it printed.</summary>
    internal static async Task<string> Run(string program, params string[] arguments)
    {
        using var patience = new CancellationTokenSource(_patience);
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["REDOCLY_TELEMETRY"], start.Environment["REDOCLY_SUPPRESS_UPDATE_NOTICE"]) = ("off", "true");
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{await errors}");
            return await output;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
