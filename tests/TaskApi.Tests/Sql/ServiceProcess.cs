using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TaskApi.Tests.Sql;

/// <summary>The real service as a process of its own, on the real clock and a loopback port, which can be killed as by <c>kill -9</c>.</summary>
/// <param name="settings">Where it keeps its tasks, as environment variables.</param>
internal sealed class ServiceProcess(params (string Key, string Value)[] settings) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly SocketsHttpHandler _connections = new();
    private Process? _process;
    private HttpClient? _client;

    /// <summary>The program: the service, or one that has it in it.</summary>
    public string Program { get; init; } = "TaskApi.dll";

    /// <summary>The process's number, by which it is known on its machine.</summary>
    public int Id => _process!.Id;

    /// <summary>Talks to the service as long as it lives.</summary>
    public HttpClient Client => _client!;

    /// <summary>Where it listens; null as long as it isn't ready.</summary>
    public Uri? Address { get; private set; }

    /// <summary>One that keeps its tasks in a file.</summary>
    public static ServiceProcess OnFile(string databasePath, params ReadOnlySpan<(string Key, string Value)> settings) =>
        new([("Tasks__Storage", "Sqlite"), ("Tasks__StoragePath", databasePath), .. settings]);

    /// <summary>One more client, who brings a key with each call; the caller disposes it.</summary>
    public HttpClient ClientOf(string key)
    {
        var client = new HttpClient(_connections, disposeHandler: false) { BaseAddress = Address, Timeout = _patience };
        client.DefaultRequestHeaders.Add("X-Api-Key", key);
        return client;
    }

    /// <summary>Starts it, and waits until it is ready.</summary>
    public async Task Start()
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, Program)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["Http__WarmUp"] = "false",
                ["Tasks__Retention"] = "1.00:00:00",
                ["Security__AllowAnonymous"] = "true",
                ["Serilog__MinimumLevel__Default"] = "Warning",
                // Short lives: what the runtime would learn of itself is of no use to anyone.
                ["DOTNET_TieredPGO"] = "0",
            },
        };
        foreach (var (key, value) in settings) start.Environment[key] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _client = new HttpClient(_connections, disposeHandler: false) { BaseAddress = address, Timeout = _patience };
        await Ready(HttpStatusCode.OK);
        Address = address;
    }

    /// <summary>Goes on when it says that it is ready; or, with <see cref="HttpStatusCode.ServiceUnavailable"/>, that it isn't.</summary>
    public async Task Ready(HttpStatusCode expected)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < _patience)
        {
            Assert.False(_process!.HasExited, "The service has ended by itself.");
            try
            {
                using var reply = await _client!.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
                if (reply.StatusCode == expected) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"The service does not answer {expected} when asked whether it is ready.");
    }

    /// <summary>Kills it: it learns nothing of that, and can do nothing more.</summary>
    public async Task Kill()
    {
        Address = null;
        _process!.Kill();
        await End();
    }

    /// <summary>Kills it in the midst of what clients do.</summary>
    /// <param name="steps">After at least so many steps of all of them.</param>
    /// <param name="clients">What each does again and again, until the service is gone; answers how many steps that was.</param>
    public async Task KillUnderLoad(int steps, params IEnumerable<Func<Task<int>>> clients)
    {
        using var stop = new CancellationTokenSource();
        var (done, enough) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var load = clients.Select(client => Task.Run(async () =>
        {
            try
            {
                while (!stop.IsCancellationRequested)
                    if (Interlocked.Add(ref done, await client()) >= steps) enough.TrySetResult();
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException or IOException or OperationCanceledException)
            {
                // Killed: before the answer, or in the middle of it.
            }
        })).ToArray();
        await Task.WhenAny(enough.Task, Task.WhenAll(load));
        await Kill();
        await stop.CancelAsync();
        await Task.WhenAll(load);
    }

    /// <summary>Suspends it, as a machine that is paused or moved does: it keeps everything, connections too, and does nothing.</summary>
    public Task Pause() => Signal("STOP");

    /// <summary>Has it go on.</summary>
    public Task Resume() => Signal("CONT");

    /// <summary>Asks it to stop, as whoever runs it does, and waits until it has.</summary>
    public async Task Stop()
    {
        await Signal("TERM");
        await _process!.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(_patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, _process.ExitCode);
        Address = null;
        await End();
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        _client?.Dispose();
        _connections.Dispose();
    }

    private async Task Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private async Task End()
    {
        await _process!.WaitForExitAsync(TestContext.Current.CancellationToken);
        _process.Dispose();
        _process = null;
        _client!.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
