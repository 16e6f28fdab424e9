using System.Net;
using Npgsql;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>Databases of versions before, and nodes of them.</summary>
public sealed class MigrationTests
{
    private const int Version = 9;

    private readonly string _schema = PostgresServer.Shared.NewSchema();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Database_OfAVersionBefore_IsBroughtUpToDateWithItsTasksAndCounts(int version)
    {
        Make(version);
        PostgresServer.Execute(_schema, """
            UPDATE event_numbers SET last = 4000000000000000;
            INSERT INTO tasks (sequence, nonce, created, skew, due, lag, owner, state, version, finished, drift, message)
            SELECT nextval('task_numbers'), 1, 1781517600000, 0, 32503680000000, 0, 0, state, 0, CASE WHEN state > 0 THEN 32503680000000 END, CASE WHEN state > 0 THEN 0 END, 'Hei'
            FROM unnest(ARRAY[0, 0, 0, 0, 1, 2]) AS old (state);
            INSERT INTO counts VALUES (7, 0, 4, 1, 0, 0, 0, 0), (200, 0, 3, 0, 2, 0, 2, 0)
            """);

        await using var newer = new TaskApiFactory(("ConnectionStrings:Tasks", _schema));
        using var client = newer.CreateTestClient();

        using var events = new StreamedReply(new HttpRequestMessage(HttpMethod.Get, "/tasks/events"), await client.GetAsync(new Uri("/tasks/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        using var created = await client.PostAsync(new Uri("/tasks", UriKind.Relative), new StringContent("""{"message":"Hei","delaySeconds":10}""", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, created.StatusCode);
        Assert.True(long.Parse((await events.Event())!.Id!, System.Globalization.CultureInfo.InvariantCulture) > 4_000_000_000_000_000);
        var stats = (await Reply.Read(await client.GetAsync(new Uri("/tasks/stats", UriKind.Relative), TestContext.Current.CancellationToken))).Json;
        Assert.Equal((5, 8, 1, 2), (stats.Number("pending"), stats.Number("created"), stats.Number("completed"), stats.Number("cancelled")));
        Assert.Equal(Version, PostgresServer.Ask(_schema, "SELECT version FROM taskapi_schema"));
    }

    // What a node of version 2 says when it creates, counts, tells or is asked.
    [Theory]
    [InlineData("SELECT nextval('task_numbers'), wanted > now() FROM generate_series(1, 1), event_numbers", "57P03")]
    [InlineData("SELECT coalesce(sum(created - completed - cancelled - failed), 0)::bigint FROM counts", "57P03")]
    [InlineData("SELECT last FROM event_numbers", "57P03")]
    [InlineData("UPDATE event_numbers SET last = last + 1 RETURNING last", "55000")]
    [InlineData("INSERT INTO counts AS c (slot, owner, created) VALUES (1, 0, 1) ON CONFLICT (slot, owner) DO UPDATE SET created = c.created + excluded.created", "55000")]
    public void Node_OfVersion2_IsToldThatItCantGoOn(string statement, string code)
    {
        Make(Version);

        var refused = Assert.Throws<PostgresException>(() => PostgresServer.Execute(_schema, statement));

        // Of a class that such a node takes for a fault of the database, and answers with 503.
        Assert.Equal(code, refused.SqlState);
        if (code == "57P03") Assert.Contains("newer version", refused.MessageText, StringComparison.Ordinal);
    }

    private void Make(int version)
    {
        using var connection = new NpgsqlConnection(_schema);
        connection.Open();
        PostgresSchema.Migrate(connection, version);
    }
}
