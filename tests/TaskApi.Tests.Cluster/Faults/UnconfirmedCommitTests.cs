using System.Net;
using Npgsql;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>A commit that waits for a synchronous replica, and is let off that wait: the primary has it, and nobody else.</summary>
public sealed class UnconfirmedCommitTests : IDisposable
{
    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly PostgresServer _primary = new();

    private string Database => _primary.ConnectionString("public");

    public void Dispose() => _primary.Dispose();

    [Theory]
    [InlineData("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query NOT LIKE '%emit%'")]
    [InlineData("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query NOT LIKE '%emit%'")]
    public async Task Creation_CommittedWithoutItsReplica_IsNotSaidToBeThere(string letOff)
    {
        await using var node = new TaskApiFactory([("ConnectionStrings:Tasks", Database)]);
        using var client = node.CreateDefaultClient(new DescribedAnswers());
        (await Create(client)).Is(HttpStatusCode.Accepted);
        await LoseReplica();

        var creating = Create(client);
        var started = TimeProvider.System.GetTimestamp();
        while (!creating.IsCompleted)
        {
            // Whatever of the node waits: what it writes by itself, too.
            PostgresServer.Ask(Database, letOff);
            await Pause(started);
        }

        (await creating).IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");

        _primary.WaitFor("");
        while ((await Create(client)).Status != HttpStatusCode.Accepted) await Pause(started);
    }

    private static Task Pause(long started)
    {
        Assert.True(TimeProvider.System.GetElapsedTime(started) < _patience, "It takes too long.");
        return Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private static Task<Reply> Create(HttpClient client) => Reply.Send(client, HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":1000}""");

    // It takes a moment until commits wait.
    private async Task LoseReplica()
    {
        _primary.WaitFor("nobody");
        for (var started = TimeProvider.System.GetTimestamp(); ;)
        {
            await using var probe = new NpgsqlConnection($"{Database};Pooling=false");
            await probe.OpenAsync(TestContext.Current.CancellationToken);
            await using var write = new NpgsqlCommand(TransactionSql.Write, probe);
            var writing = write.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            while (!writing.IsCompleted && PostgresServer.Ask(Database, $"SELECT wait_event = 'SyncRep' FROM pg_stat_activity WHERE pid = {probe.ProcessID}") is not true) await Pause(started);
            if (writing.IsCompleted) continue;
            PostgresServer.Ask(Database, $"SELECT pg_cancel_backend({probe.ProcessID})");
            await writing;
            return;
        }
    }
}
