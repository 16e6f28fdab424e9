using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Samples;

/// <summary>The service on a socket and on the real clock, for programs outside of this process; and the means to run one.</summary>
public sealed partial class SampleService : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly TaskApiFactory _api = new()
    {
        Registrations = static services => services.Replace(ServiceDescriptor.Singleton(TimeProvider.System)),
    };

    public SampleService()
    {
        _api.UseKestrel(0);
        _api.StartServer();
    }

    /// <summary>Runs a script of samples/curl and expects it to succeed.</summary>
    /// <param name="script">Its name without the extension.</param>
    /// <param name="scale">By how much its delays are stretched: large enough that what it shows can be seen on a busy machine.</param>
    /// <param name="input">What is typed.</param>
    /// <returns>The lines that it printed; times of day are replaced by HH:MM:SS.</returns>
    public async Task<string[]> Run(string script, double scale, string input = "")
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(_patience);
        var path = Path.Combine(AppContext.BaseDirectory, "samples", "curl", $"{script}.sh");
        using var bash = Process.Start(new ProcessStartInfo("bash", path)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["BASE_URL"] = _api.ClientOptions.BaseAddress.ToString().TrimEnd('/'), ["SCALE"] = FormattableString.Invariant($"{scale}") },
        })!;
        try
        {
            var output = bash.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = bash.StandardError.ReadToEndAsync(patience.Token);
            await bash.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
            bash.StandardInput.Close();
            await bash.WaitForExitAsync(patience.Token);
            Assert.True(bash.ExitCode == 0, $"{script} ended with {bash.ExitCode}: {await output}{await errors}");
            Assert.Equal("", await errors);
            return TimeOfDay().Replace(await output, "HH:MM:SS").TrimEnd('\n').Split('\n');
        }
        finally
        {
            bash.Kill(entireProcessTree: true);
        }
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [GeneratedRegex(@"\b\d\d:\d\d:\d\d\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TimeOfDay();
}
