using System.Collections.Concurrent;
using System.Diagnostics;

namespace TaskApi.Tests.Samples;

/// <summary>A worker for a program of samples/python, as their README starts it; and what its coroutines print.</summary>
public sealed class SampleWorker : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly BlockingCollection<string> _lines = [];
    private readonly Process _process;

    public SampleWorker(SampleService service, string program)
    {
        var start = new ProcessStartInfo("python3", ["-B", "-m", "taskapi", "worker", program, "--concurrency", "1000", "--log-level", "warning"])
        {
            WorkingDirectory = RepositoryFile.PathOf("samples/python"),
            Environment = { ["PYTHONPATH"] = RepositoryFile.PathOf("clients/python"), ["BASE_URL"] = service.Address.ToString() },
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                _lines.Add(Mask.TimesOfDay(line.Data));
        };
        _process.BeginOutputReadLine();
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
