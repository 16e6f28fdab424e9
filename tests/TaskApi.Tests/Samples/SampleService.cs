using System.Diagnostics;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TaskApi.AspNetCore.Hosting;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Samples;

/// <summary>The service on a socket and on the real clock, for programs outside of this process; and the means to run one.</summary>
public sealed class SampleService : IAsyncDisposable
{
    /// <summary>What ends a step in bash, so that its output can be told from the next one's.</summary>
    public const string EndOfStep = $"printf '{Separator}'";

    private const string Separator = "\u001e";

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    // The address as a setting: the factory would set a port when the service may already have started.
    private readonly TaskApiFactory _api = new(("urls", "http://127.0.0.1:0"))
    {
        Registrations = static services => services.Replace(ServiceDescriptor.Singleton(TimeProvider.System)),
    };

    public SampleService()
    {
        _api.UseKestrel();
        _api.StartServer();
    }

    /// <summary>Where the service listens.</summary>
    public Uri Address => _api.ClientOptions.BaseAddress;

    /// <summary>The methods and paths that the service documents, such as <c>GET /tasks/{id}</c>.</summary>
    public IEnumerable<(string Method, string Path)> Calls =>
        from endpoint in _api.Services.GetRequiredService<ApiRoutes>().Source.Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>()?.ExcludeFromDescription is not true
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        where method != HttpMethod.Head.Method
        select (method, "/" + endpoint.RoutePattern.RawText!.Trim('/'));

    /// <summary>Runs a script of samples/curl and expects it to succeed.</summary>
    /// <param name="script">Its name without the extension.</param>
    /// <param name="scale">By how much its delays are stretched: large enough that what it shows can be seen on a busy machine.</param>
    /// <param name="input">What is typed.</param>
    /// <returns>The lines that it printed; times of day are replaced by HH:MM:SS.</returns>
    public Task<string[]> Run(string script, double scale, string input = "") =>
        RunScaled(new ProcessStartInfo("bash", RepositoryFile.PathOf($"samples/curl/{script}.sh")), scale, input);

    /// <summary>Runs what stands in a coroutine of a program that has the client as its asyncio; answers what it prints.</summary>
    public Task<string[]> RunClient(string body)
    {
        var program = $"""
            import taskapi as asyncio
            from taskapi import create_string_after

            async def main():
                {body.Replace("\n", "\n    ", StringComparison.Ordinal)}

            asyncio.run(main())
            """;
        return RunPython(["-c", program], scale: 1);
    }

    /// <summary>Runs a Python program and expects it to succeed.</summary>
    /// <param name="arguments">Python's own, such as the path of a script.</param>
    /// <inheritdoc cref="Run(string, double, string)"/>
    public Task<string[]> RunPython(string[] arguments, double scale, string input = "") =>
        RunScaled(
            new ProcessStartInfo("python3", ["-B", .. arguments])
            {
                WorkingDirectory = RepositoryFile.PathOf("samples/python"),
                Environment = { ["PYTHONPATH"] = RepositoryFile.PathOf("clients/python") },
            },
            scale,
            input);

    /// <summary>Runs commands as if they had been typed, and answers with all that they print, errors too.</summary>
    public static async Task<string> Type(string commands)
    {
        var (output, _, _) = await Run(new ProcessStartInfo("bash"), $"exec 2>&1\n{commands}");
        return output;
    }

    /// <summary>Runs commands as if they had been typed into PowerShell, which comes as a tool of the SDK, and answers with all that they print.</summary>
    public static async Task<string> TypeInPowerShell(string commands)
    {
        var folder = TestFolder.Create();
        var script = Path.Combine(folder.FullName, "typed.ps1");
        await File.WriteAllTextAsync(script, commands, TestContext.Current.CancellationToken);
        var (output, errors, exitCode) = await Run(InTools("tool", "restore"), "");
        Assert.True(exitCode == 0, output + errors);
        (output, errors, _) = await Run(InTools("pwsh", "-NoProfile", "-NonInteractive", "-File", script), "");
        folder.Delete(recursive: true);
        return output + errors;
    }

    /// <summary>Pastes all steps of a page into one terminal, and expects each to print what the page shows.</summary>
    /// <param name="steps">What to paste; the service of these tests takes the place of <c>localhost:5080</c>.</param>
    /// <param name="mark">A command that prints the character U+001E.</param>
    /// <param name="type">The terminal.</param>
    internal async Task Paste(IReadOnlyList<Step> steps, string mark, Func<string, Task<string>> type)
    {
        var commands = string.Concat(steps.Select(step => $"{step.Commands}{mark}\n"));

        var printed = await type(commands.Replace("localhost:5080", Address.Authority, StringComparison.Ordinal));

        var outputs = printed.Replace("\r", "", StringComparison.Ordinal).Split(Separator);
        Assert.True(outputs.Length == steps.Count + 1, printed);
        foreach (var (step, output) in steps.Zip(outputs))
            Assert.Equal($"{step.Commands}{Mask.Everything(step.Shown).Trim('\n')}", $"{step.Commands}{Mask.Everything(output).Trim('\n')}");
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    // Below the repository's root, where its list of tools is.
    private static ProcessStartInfo InTools(params string[] arguments) => new("dotnet", arguments)
    {
        WorkingDirectory = AppContext.BaseDirectory,
        Environment = { ["POWERSHELL_TELEMETRY_OPTOUT"] = "1", ["POWERSHELL_UPDATECHECK"] = "Off", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1" },
    };

    private async Task<string[]> RunScaled(ProcessStartInfo start, double scale, string input)
    {
        start.Environment["BASE_URL"] = Address.ToString().TrimEnd('/');
        start.Environment["SCALE"] = FormattableString.Invariant($"{scale}");
        var (output, errors, exitCode) = await Run(start, input);
        Assert.True(exitCode == 0, $"{string.Join(' ', start.ArgumentList)} ended with {exitCode}: {output}{errors}");
        Assert.Equal("", errors);
        return Mask.TimesOfDay(output).TrimEnd('\n').Split('\n');
    }

    private static async Task<(string Output, string Errors, int ExitCode)> Run(ProcessStartInfo start, string input)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(_patience);
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            return (await output, await errors, process.ExitCode);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
