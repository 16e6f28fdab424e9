using System.Text.Json;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Sql;

namespace TaskApi.Tests.Faults;

/// <summary>
/// Real nodes, each a process of its own, on one database, and clients at work on all of them, who note what they are told. Disposing it ends all.
/// </summary>
internal sealed class NodesUnderLoad : IDisposable
{
    private const int Clients = 6;

    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    private readonly CrashLedger _ledger = new();
    private readonly LedgerClients _clients;
    private readonly ServiceProcess[] _nodes;
    private readonly RetryingHandler _retrying;

    // Ours, and disposed here: cancelled when the clients have done enough.
    private readonly CancellationTokenSource _stop = new();
    private Task _load = Task.CompletedTask;

    /// <param name="databases">The connection string of each node.</param>
    public NodesUnderLoad(params string[] databases)
    {
        _clients = new LedgerClients(_ledger);
        _nodes = [.. databases.Select(static database => new ServiceProcess(("Tasks__Storage", "Postgres"), ("ConnectionStrings__Tasks", database)))];
        _retrying = new RetryingHandler(_nodes);
        Client = new HttpClient(_retrying) { BaseAddress = new Uri("http://any.node"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Talks to all nodes as clients should.</summary>
    public HttpClient Client { get; }

    public IReadOnlyList<ServiceProcess> Nodes => _nodes;

    /// <summary>How often a client had to make a call again.</summary>
    public int Retries => _retrying.Retries;

    /// <summary>Starts the nodes, all at once, and then the clients.</summary>
    public async Task Start()
    {
        await Task.WhenAll(_nodes.Select(static node => node.Start()));
        _load = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(Work, TestContext.Current.CancellationToken)));
    }

    /// <summary>Goes on when the clients have got so many more answers.</summary>
    public Task Answers(int count)
    {
        var enough = _retrying.Answers + count;
        return Until(() => _retrying.Answers >= enough, "The clients get no answers.");
    }

    /// <summary>Goes on when something is the case, and fails at once if a client was told what contradicts its ledger.</summary>
    public async Task Until(Func<bool> isMet, string otherwise)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!isMet())
        {
            if (_load.IsFaulted) await _load;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < _patience, otherwise);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends the load, and holds everything against the ledger: nothing lost, early, changed or doubled, and what is due completes.</summary>
    /// <param name="but">The ids of tasks that others have created.</param>
    public async Task Check(params string[] but)
    {
        await _stop.CancelAsync();
        await _load.WaitAsync(_patience, TestContext.Current.CancellationToken);
        var tasks = await List(but);
        _ledger.Compare(tasks);
        await _clients.AssertDueOnesComplete(Client, tasks);
        _ledger.Compare(await List(but));
        Assert.InRange(_ledger.Finals, 1, _ledger.Count);
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var node in _nodes) node.Dispose();
        Client.Dispose();
        _stop.Dispose();
    }

    private async Task<List<JsonElement>> List(string[] but)
    {
        var tasks = await LedgerClients.List(Client);
        tasks.RemoveAll(task => but.Contains(task.Id()));
        return tasks;
    }

    private async Task Work()
    {
        var known = new List<JsonElement>();
        while (!_stop.IsCancellationRequested) await _clients.Act(Client, known);
    }
}
