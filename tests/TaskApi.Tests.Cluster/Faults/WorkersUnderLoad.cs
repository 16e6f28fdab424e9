using TaskApi.Tests.Sql;

namespace TaskApi.Tests.Faults;

/// <summary>
/// Real nodes on one database, whoever creates tasks with work, and workers, of which some vanish with what they run. All call now this node, now that
/// one, try again, and note what they are told. Disposing it ends all.
/// </summary>
internal sealed class WorkersUnderLoad : IDisposable
{
    private const int Workers = 4;

    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    private readonly ServiceProcess[] _nodes;
    private readonly RetryingHandler _retrying;
    private readonly HttpClient _client;

    // Ours, and disposed here: cancelled when there has been enough.
    private readonly CancellationTokenSource _stop = new();
    private Task[] _load = [];

    /// <param name="databases">The connection string of each node.</param>
    public WorkersUnderLoad(params string[] databases)
    {
        _nodes = [.. databases.Select(static database => new ServiceProcess(("Tasks__Storage", "Postgres"), ("ConnectionStrings__Tasks", database)))];
        _retrying = new RetryingHandler(_nodes);
        _client = new HttpClient(_retrying) { BaseAddress = new Uri("http://any.node"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public IReadOnlyList<ServiceProcess> Nodes => _nodes;

    /// <summary>What all have been told.</summary>
    public WorkLedger Ledger { get; } = new();

    /// <summary>How often a call was made again.</summary>
    public int Retries => _retrying.Retries;

    /// <summary>Starts the nodes, and then the rest.</summary>
    public async Task Start()
    {
        await Task.WhenAll(_nodes.Select(static node => node.Start()));
        var workers = Enumerable.Range(0, Workers).Select(number => Go(() => Ledger.Work(_client, $"w{number}")));
        _load = [.. workers, Go(() => Ledger.Create(_client))];
    }

    /// <summary>Goes on when so many more outcomes have been taken.</summary>
    public async Task Outcomes(int count)
    {
        var (enough, started) = (Ledger.Finished + count, TimeProvider.System.GetTimestamp());
        while (Ledger.Finished < enough)
        {
            foreach (var failed in _load.Where(static work => work.IsFaulted)) await failed;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < _patience, "No outcomes are taken.");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends the load, runs what is left, and compares everything with what was told.</summary>
    public async Task Check()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_load).WaitAsync(_patience, TestContext.Current.CancellationToken);
        await Ledger.FinishAll(_client);
        await Ledger.Check(_client);
        Assert.InRange(Ledger.Finished, 1, Ledger.Created);
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var node in _nodes) node.Dispose();
        _client.Dispose();
        _stop.Dispose();
    }

    private Task Go(Func<Task> step) => Task.Run(async () =>
    {
        while (!_stop.IsCancellationRequested) await step();
    });
}
