using System.Net;
using System.Text.Json;
using Npgsql;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>What is looked at where a snapshot is held, as by a dump, so that nothing that has been changed since is cleared away.</summary>
public sealed class HeldSnapshotTests : TwoNodes
{
    private const int Commits = 400;

    private readonly string _schema;

    public HeldSnapshotTests()
        : this(PostgresServer.Shared.NewSchema())
    {
    }

    private HeldSnapshotTests(string schema)
        : base(("ConnectionStrings:Tasks", schema)) => _schema = schema;

    [Fact]
    public async Task Counts_AfterManyCommits_AreFoundWithoutPassingWhatTheyWereBefore()
    {
        await Create();
        using var dump = new NpgsqlConnection($"{_schema};Pooling=false");
        dump.Open();
        using var transaction = dump.BeginTransaction(System.Data.IsolationLevel.RepeatableRead);
        using (var look = new NpgsqlCommand("SELECT count(*) FROM tasks", dump)) look.ExecuteScalar();
        for (var i = 0; i < Commits; i++) await Create();

        // The latest of each slot, and one that looks for another.
        Assert.InRange(Blocks(CountSql.Totals), 1, 40);
        Assert.Equal((long)Commits + 1, (long)PostgresServer.Ask(_schema, CountSql.Totals)!);
        // Nor does who writes them look at more than their own row of before: without the index, at half of all that there were.
        Assert.InRange(await EntriesReadByAScan(), 0, 5);
    }

    // By the server's own statistics, which a session reports a moment later.
    private async Task<double> EntriesReadByAScan()
    {
        const string Look = """
            SELECT CASE WHEN idx_scan < 400 THEN -1 ELSE idx_tup_read::float / idx_scan END
            FROM pg_stat_user_indexes WHERE schemaname = current_schema() AND indexrelname = 'node_counts_latest'
            """;
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
        {
            // What the nodes do makes them report.
            await Create();
            if (PostgresServer.Ask(_schema, Look) is double read and >= 0) return read;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("The server reports no statistics.");
    }

    private async Task Create() => (await Reply.Send(One, HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":1000}""")).Is(HttpStatusCode.Accepted);

    private long Blocks(string statement)
    {
        var plan = JsonElement.Parse((string)PostgresServer.Ask($"{_schema};Options=-c enable_seqscan=off", $"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}")!)[0].GetProperty("Plan");
        return plan.GetProperty("Shared Hit Blocks").GetInt64() + plan.GetProperty("Shared Read Blocks").GetInt64();
    }
}
