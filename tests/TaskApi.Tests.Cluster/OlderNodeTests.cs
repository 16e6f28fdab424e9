using Npgsql;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>
/// What nodes of version 3 of the schema, which know no work, say to the database of version 4: they go on with messages for the length of a deploy, and see
/// nothing of work, which they could neither show nor leave alone.
/// </summary>
public sealed class OlderNodeTests : IAsyncLifetime
{
    private const string Insert = """
        INSERT INTO tasks (sequence, nonce, created, skew, due, lag, delay, timeout, owner, state, version, name, grp, message)
        SELECT sequence, nonce, created, skew, due, lag, delay, timeout, owner, 0, 0, name, grp, message
        FROM unnest(ARRAY[900::bigint], ARRAY[1::bigint], ARRAY[1::bigint], ARRAY[0::bigint], ARRAY[1::bigint], ARRAY[0::bigint], ARRAY[NULL::double precision], ARRAY[NULL::bigint], ARRAY[0], ARRAY[NULL::bytea], ARRAY[NULL], ARRAY[''::bytea])
          AS new (sequence, nonce, created, skew, due, lag, delay, timeout, owner, name, grp, message)
        """;

    private const string Claim = """
        UPDATE tasks SET state = 1, finished = 5, drift = 0 WHERE sequence = ANY(ARRAY(
          SELECT sequence FROM tasks WHERE state = 0 AND least(due + lag, timeout) >= 0 AND least(due + lag, timeout) <= 1000 ORDER BY least(due + lag, timeout) LIMIT 10 FOR UPDATE SKIP LOCKED))
        """;

    private const string Hold = "SELECT sequence FROM tasks WHERE sequence = ANY(ARRAY[1, 2, 3, 900]) AND (finished IS NULL OR finished + drift > 0) ORDER BY sequence FOR UPDATE";

    private const string Change = "UPDATE tasks SET state = new.state FROM unnest(ARRAY[1, 2, 3]::bigint[], ARRAY[2, 2, 2]) AS new (sequence, state) WHERE tasks.sequence = new.sequence";

    private const string Forget = """
        DELETE FROM tasks WHERE sequence = ANY(ARRAY(
          SELECT sequence FROM tasks WHERE state <> 0 AND finished + drift >= 0 AND finished + drift <= 1000 ORDER BY finished + drift LIMIT 10 FOR UPDATE SKIP LOCKED))
        """;

    private readonly string _schema = PostgresServer.Shared.NewSchema();
    private TaskApiFactory _newer = null!;

    public ValueTask InitializeAsync()
    {
        // The first new node of a deploy.
        _newer = new TaskApiFactory(("ConnectionStrings:Tasks", _schema));
        _newer.CreateDefaultClient().Dispose();
        PostgresServer.Execute(_schema, """
            INSERT INTO all_tasks (sequence, nonce, created, skew, due, lag, owner, state, version, finished, drift, message)
            SELECT sequence, 1, 1, 0, 1, 0, 0, state, 0, CASE WHEN state <> 8 THEN 5 END, CASE WHEN state <> 8 THEN 0 END, '{}' FROM unnest(ARRAY[1, 2, 3], ARRAY[8, 9, 27]) AS new (sequence, state)
            """);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _newer.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(Claim, 1)]
    [InlineData(Hold, 1)]
    [InlineData(Change, 0)]
    [InlineData(Forget, 0)]
    [InlineData("SELECT sequence FROM tasks WHERE sequence > 0 ORDER BY sequence", 1)]
    public void Statement_OfAnOlderNode_ConcernsItsMessagesAlone(string statement, int messages)
    {
        using var connection = new NpgsqlConnection(_schema);
        connection.Open();
        using var transaction = connection.BeginTransaction();
        Assert.Equal(1, Execute(Insert));

        Assert.Equal(messages, Execute(statement));

        Assert.Equal(3L, Ask("SELECT count(*) FROM all_tasks WHERE state >= 8"));
        // What it creates is there for the others.
        Assert.Equal(1L, Ask("SELECT count(*) FROM all_tasks WHERE sequence = 900"));
        transaction.Rollback();

        int Execute(string text)
        {
            using var command = new NpgsqlCommand(text, connection);
            using var reader = command.ExecuteReader();
            var rows = 0;
            while (reader.Read()) rows++;
            reader.Close();
            return Math.Max(rows, reader.RecordsAffected);
        }

        object? Ask(string text)
        {
            using var command = new NpgsqlCommand(text, connection);
            return command.ExecuteScalar();
        }
    }

    [Theory]
    [InlineData("SELECT finished + drift FROM tasks WHERE state <> 0 AND finished + drift >= 1 ORDER BY finished + drift LIMIT 1", "tasks_gone")]
    [InlineData("SELECT least(due + lag, timeout) FROM tasks WHERE state = 0 AND least(due + lag, timeout) >= 1 ORDER BY least(due + lag, timeout) LIMIT 1", "tasks_wake")]
    [InlineData("SELECT * FROM tasks WHERE sequence > 5 AND owner = 7 AND owner <> 0 ORDER BY sequence LIMIT 10", "tasks_owner")]
    public void Statement_OfAnOlderNode_FollowsItsIndex(string statement, string index)
    {
        using var connection = new NpgsqlConnection($"{_schema};Options=-c enable_seqscan=off -c enable_bitmapscan=off");
        connection.Open();
        using var explain = new NpgsqlCommand($"EXPLAIN {statement}", connection);
        using var plan = explain.ExecuteReader();
        var lines = new List<string>();
        while (plan.Read()) lines.Add(plan.GetString(0));

        Assert.Contains(lines, line => line.Contains(index, StringComparison.Ordinal));
    }

    [Fact]
    public void Slot_OfAnOlderNode_IsNoneOfThoseThatCountWork()
    {
        PostgresServer.Execute(_schema, "INSERT INTO node_counts VALUES (0, 0, 2, 7, 0, 0, 0, 0, 0)");

        Assert.Equal(0L, PostgresServer.Ask(_schema, "SELECT count(*) FROM node_counts WHERE slot BETWEEN 1 AND 9999"));
        Assert.Equal(7L, PostgresServer.Ask(_schema, "SELECT taskapi_pending()"));
    }
}
