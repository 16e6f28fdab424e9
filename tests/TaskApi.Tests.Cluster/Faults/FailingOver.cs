using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Npgsql;
using TaskApi.AspNetCore.Security;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>Two nodes, and a database whose asynchronous replica takes over, for the time of one test.</summary>
public sealed class FailingOver : IAsyncDisposable
{
    private static readonly string[] _owners = ["north", "south", "west"];

    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly PostgresServer _primary = new();
    private readonly PostgresServer _replica;
    private readonly List<HttpClient> _clients = [];
    private readonly string[] _keys = [.. _owners.Select(static _ => ApiKeyText.NewKey())];

    public FailingOver()
    {
        _replica = _primary.NewReplica();
        Network = new TcpProxy(_primary.Port);
        Nodes = [NewNode(), NewNode()];
    }

    internal TcpProxy Network { get; }

    public IReadOnlyList<TaskApiFactory> Nodes { get; }

    /// <summary>A caller at a node.</summary>
    public HttpClient Client(int node, string owner)
    {
        var client = Nodes[node].CreateDefaultClient(new DescribedAnswers());
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _keys[Array.IndexOf(_owners, owner)]);
        _clients.Add(client);
        return client;
    }

    /// <summary>Waits until the replica has all that the primary has; from then on it gets nothing more.</summary>
    public async Task LoseWhatComes()
    {
        await Replicate();
        _replica.Stop("fast");
    }

    /// <summary>Waits until the replica has all that the primary has.</summary>
    public Task Replicate()
    {
        var written = PostgresServer.Ask(_primary.ConnectionString("public"), "SELECT pg_current_wal_flush_lsn()::text")!;
        return Until(() => PostgresServer.Ask(_replica.ConnectionString("public"), $"SELECT pg_last_wal_replay_lsn() >= '{written}'") is true);
    }

    /// <summary>Has a call committed, and its node not told so.</summary>
    /// <param name="call">Begins it.</param>
    /// <param name="tasks">How many tasks there are then.</param>
    public async Task CommitAndHoldTheAnswer(Action call, long tasks)
    {
        var primary = _primary.ConnectionString("public");
        using var locks = new NpgsqlConnection($"{primary};Pooling=false");
        locks.Open();
        await using var held = await locks.BeginTransactionAsync(TestContext.Current.CancellationToken);
        // A transaction comes to it in its last round trip.
        using (var hold = new NpgsqlCommand("LOCK TABLE node_counts IN SHARE MODE", locks)) hold.ExecuteNonQuery();
        call();
        await Until(() => PostgresServer.Ask(primary, "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'") is true);
        Network.Hold(answersOnly: true);
        await held.CommitAsync(TestContext.Current.CancellationToken);
        await Until(() => PostgresServer.Ask(primary, "SELECT count(*) FROM tasks") is long count && count >= tasks);
    }

    /// <summary>The primary is gone, and the replica takes over.</summary>
    public void FailOver(bool isStopped)
    {
        _primary.Stop("immediate");
        if (isStopped) _replica.Start();
        _replica.Promote();
        Network.Lead(_replica.Port);
        Network.Cut();
        Network.Release();
    }

    /// <summary>Waits until both nodes are ready.</summary>
    public async Task Ready()
    {
        foreach (var node in Enumerable.Range(0, Nodes.Count))
        {
            var client = Client(node, "north");
            await UntilAsync(async () => (await Reply.Send(client, HttpMethod.Get, "/health/ready")).Status == HttpStatusCode.OK);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        foreach (var node in Nodes) await node.DisposeAsync();
        Network.Dispose();
        _primary.Dispose();
        _replica.Dispose();
    }

    private static Task Until(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()));

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < _patience, "It takes too long.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private TaskApiFactory NewNode() => new(
    [
        ("ConnectionStrings:Tasks", string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Network.Port};Username=postgres;Database=postgres")),
        .. _owners.Index().SelectMany(owner => ((string, string)[])
        [
            ($"Security:ApiKeys:{owner.Index}:Name", owner.Item), ($"Security:ApiKeys:{owner.Index}:Hash", ApiKeyText.Hash(_keys[owner.Index])),
        ]),
    ]);
}
