namespace TaskApi.Tests.Faults;

/// <summary>Two real nodes that are killed at random, now this one, now that one, while clients who call both and try again keep them busy. Disposing it ends all.</summary>
internal sealed class KilledNodes : IDisposable
{
    private const int Kills = 4;
    private const int Clients = 3;

    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    private readonly RealNodes _nodes;

    /// <param name="settings">Configuration of both, as environment variables.</param>
    public KilledNodes(params (string Key, string Value)[] settings)
    {
        _nodes = new RealNodes(count: 2, settings: settings);
        Client = new HttpClient(new RetryingHandler([.. _nodes.All])) { BaseAddress = new Uri("http://any.node"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Talks to both as clients should.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts them, and kills one after the other and starts it again.</summary>
    /// <param name="most">After at most so many steps of all clients something happens to a node.</param>
    /// <param name="act">What a client does, by its number, again and again; answers how many steps that was.</param>
    /// <param name="begin">Called before each kill.</param>
    /// <returns>How many steps there were.</returns>
    public async Task<int> Run(int most, Func<int, Task<int>> act, Func<Task>? begin = null)
    {
        await _nodes.Start();
        using var stop = new CancellationTokenSource();
        var steps = 0;
        var load = Enumerable.Range(0, Clients).Select(number => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) Interlocked.Add(ref steps, await act(number));
        })).ToArray();
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                if (begin is not null) await begin();
                await GoOn();
                await _nodes.All[kill % 2].Kill();
                await GoOn();
                await _nodes.All[kill % 2].Start();
            }
        }
        finally
        {
            await stop.CancelAsync();
        }

        await Task.WhenAll(load);
        return steps;

        async Task GoOn()
        {
            var (enough, began) = (Volatile.Read(ref steps) + Random.Shared.Next(1, most), TimeProvider.System.GetTimestamp());
            while (Volatile.Read(ref steps) < enough)
            {
                foreach (var failed in load.Where(static work => work.IsFaulted)) await failed;
                Assert.True(TimeProvider.System.GetElapsedTime(began) < _patience, "Nothing goes on.");
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }

    public void Dispose()
    {
        _nodes.Dispose();
        Client.Dispose();
    }
}
