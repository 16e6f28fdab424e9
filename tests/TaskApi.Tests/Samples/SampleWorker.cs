using System.Collections.Concurrent;
using System.Diagnostics;

namespace TaskApi.Tests.Samples;

/// <summary>A worker as a README starts it, and what its coroutines print.</summary>
public sealed class SampleWorker : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly BlockingCollection<string> _lines = [];
    private readonly Process _process;

    private SampleWorker(SampleService service, ProcessStartInfo start)
    {
        start.Environment["BASE_URL"] = service.Address.ToString();
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                _lines.Add(Mask.TimesOfDay(line.Data));
        };
        _process.BeginOutputReadLine();
    }

    /// <summary>One for a program of samples/python.</summary>
    public static SampleWorker OfProgram(SampleService service, string program) =>
        new(service, new("python3", ["-m", "taskapi", "worker", program, "--concurrency", "1000", "--log-level", "warning"])
        {
            WorkingDirectory = RepositoryFile.PathOf("samples/python"),
            Environment = { ["PYTHONPATH"] = RepositoryFile.PathOf("clients/python") },
        });

    /// <summary>One that commands start, in a folder that stands for the repository.</summary>
    public static SampleWorker OfCommands(SampleService service, string commands, DirectoryInfo folder)
    {
        Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "clients"), RepositoryFile.PathOf("clients"));
        return new(service, new("bash", ["-c", commands]) { WorkingDirectory = folder.FullName });
    }

    /// <summary>The next lines that coroutines print, in their order.</summary>
    public string[] Take(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => _lines.TryTake(out var line, _patience) ? line : throw new TimeoutException("The worker prints nothing more."))];

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _lines.Dispose();
    }
}
