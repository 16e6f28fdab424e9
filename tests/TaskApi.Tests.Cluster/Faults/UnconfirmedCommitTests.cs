using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>A commit that waits for a synchronous replica, and is let off that wait: the primary has it, and nobody else.</summary>
public sealed class UnconfirmedCommitTests : IDisposable
{
    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly PostgresServer _primary = new();

    // What nodes commit, but not what a node writes to make sure of something.
    private const string LetCommitsOff = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query = 'COMMIT'";

    // A session that begins writes, too.
    private const string LetOthersOff = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query <> 'COMMIT' AND query NOT LIKE '%emit%'";

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

    [Fact]
    public async Task Outcome_RepeatedAtAnotherNode_IsNotAcknowledgedBeforeItsReplicaHasIt()
    {
        await using var node = NewNode();
        await using var other = NewNode();
        using var client = node.CreateDefaultClient(new DescribedAnswers());
        using var otherClient = other.CreateDefaultClient(new DescribedAnswers());
        var token = await Begin(client);
        // The other node has seen the replica, too.
        (await Create(otherClient)).Is(HttpStatusCode.Accepted);
        await LoseReplica();

        (await Answered(Finish(client, token))).IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");
        (await Answered(Finish(otherClient, token))).IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");

        _primary.WaitFor("");
        for (var started = TimeProvider.System.GetTimestamp(); ; await Pause(started))
        {
            if (await Finish(otherClient, token) is not { Status: HttpStatusCode.OK } reply) continue;
            Assert.Equal("completed", Assert.Single(reply.Json.Items("outcomes")).Status());
            return;
        }
    }

    [Fact]
    public async Task Node_WithoutItsReplica_TriesWhetherItIsBackWithACommitThatWaitsForIt()
    {
        await using var node = NewNode();
        using var client = node.CreateDefaultClient(new DescribedAnswers());
        (await Create(client)).Is(HttpStatusCode.Accepted);
        await LoseReplica();
        (await Answered(Create(client))).IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");

        // Nobody asks for anything.
        for (var tries = 0; tries < 2; tries++) await LetOff();

        Assert.NotNull(node.Services.GetRequiredService<DatabaseAccess>().Writer.Fault);
        _primary.WaitFor("");
        for (var started = TimeProvider.System.GetTimestamp(); (await Create(client)).Status != HttpStatusCode.Accepted;) await Pause(started);
    }

    [Fact]
    public async Task Work_CreatedByACommitOfWhichNobodyKnew_WakesWhoWaitsForItOnceTheReplicaIsBack()
    {
        await using var node = NewNode();
        using var client = node.CreateDefaultClient(new DescribedAnswers());
        (await Create(client)).Is(HttpStatusCode.Accepted);
        var acquiring = Reply.Send(client, HttpMethod.Post, "/work/acquire", """{"worker":"w","queues":["resize"],"waitSeconds":60}""");
        await Held(node);
        await LoseReplica();

        (await Answered(Reply.Send(client, HttpMethod.Post, "/tasks", """{"type":"resize"}"""))).IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");
        _primary.WaitFor("");

        // Far less than it takes until all nodes look whatever they know.
        Assert.Single((await acquiring.WaitAsync(TimeSpan.FromSeconds(25), TestContext.Current.CancellationToken)).IsJson(HttpStatusCode.OK).Items("tasks"));
    }

    [Fact]
    public async Task Message_CompletedByACommitOfWhichNobodyKnew_EndsTheWaitsForItOnceTheReplicaIsBack()
    {
        await using var node = NewNode();
        using var client = node.CreateDefaultClient(new DescribedAnswers());
        var id = (await Create(client)).IsJson(HttpStatusCode.Accepted).Id();
        var waiting = Reply.Send(client, HttpMethod.Get, $"/tasks/{id}?waitSeconds=300");
        await LoseReplica();

        PostgresServer.Execute($"{Database};Options=-c synchronous_commit=off", "UPDATE tasks SET due = due - 999500");
        await LetOff();
        for (var started = TimeProvider.System.GetTimestamp(); node.Services.GetRequiredService<DatabaseAccess>().Writer.Fault is null;) await Pause(started);
        Assert.False(waiting.IsCompleted);
        _primary.WaitFor("");

        Assert.Equal("completed", (await waiting.WaitAsync(_patience, TestContext.Current.CancellationToken)).IsJson(HttpStatusCode.OK).Status());
    }

    // A node that has just come looks again and again, until others have noticed it: not any more when it has renewed its sign of life a few times.
    private async Task Held(TaskApiFactory node)
    {
        var (started, until) = (TimeProvider.System.GetTimestamp(), new HashSet<long>());
        while (until.Count < 4)
        {
            if (PostgresServer.Ask(Database, "SELECT max(until) FROM beats") is long seen) until.Add(seen);
            await Pause(started);
        }

        while (node.Services.GetRequiredService<DatabaseAccess>().Signals.Acquires.Count == 0) await Pause(started);
    }

    private static async Task<string> Begin(HttpClient client)
    {
        (await Reply.Send(client, HttpMethod.Post, "/tasks", """{"type":"resize"}""")).Is(HttpStatusCode.Accepted);
        var acquired = await Reply.Send(client, HttpMethod.Post, "/work/acquire", """{"worker":"w","queues":["resize"]}""");
        return Assert.Single(acquired.IsJson(HttpStatusCode.OK).Items("tasks")).GetProperty("lease").Text("token")!;
    }

    private static Task<Reply> Finish(HttpClient client, string token) => Reply.Send(client, HttpMethod.Post, "/work/finish", $$"""{"outcomes":[{"token":"{{token}}","result":1}]}""");

    // Whatever waits for the replica meanwhile is let off.
    private async Task<Reply> Answered(Task<Reply> call)
    {
        for (var started = TimeProvider.System.GetTimestamp(); !call.IsCompleted; await Pause(started)) PostgresServer.Ask(Database, LetCommitsOff);
        return await call;
    }

    private async Task LetOff()
    {
        for (var started = TimeProvider.System.GetTimestamp(); PostgresServer.Ask(Database, LetCommitsOff) is not > 0L; await Pause(started)) PostgresServer.Ask(Database, LetOthersOff);
    }

    // On real time, so that it tries again by itself.
    private TaskApiFactory NewNode() => new(("ConnectionStrings:Tasks", Database))
    {
        Registrations = static services =>
        {
            services.RemoveAll<TimeProvider>();
            services.AddSingleton(TimeProvider.System);
            services.RemoveAll<RunClock>();
            services.AddSingleton<RunClock>(static provider => new DatabaseClock(provider.GetRequiredService<TimeProvider>()));
        },
    };

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
