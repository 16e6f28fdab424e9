using System.Diagnostics;

namespace TaskApi.Tests.Clients;

/// <summary>Programs of others that tests have to do with: generators, linters, libraries. Some install themselves at the first run.</summary>
internal static class Tool
{
    // Real time, and far more than the first run takes, which installs.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs a program in a folder, expects it to succeed, and answers with what it printed.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="program">Which.</param>
    /// <param name="arguments">What it is told.</param>
    public static async Task<string> Run(string folder, string input, string program, params string[] arguments)
    {
        using var patience = new CancellationTokenSource(_patience);
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (start.Environment["REDOCLY_TELEMETRY"], start.Environment["REDOCLY_SUPPRESS_UPDATE_NOTICE"]) = ("off", "true");
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
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
