using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>Which databases a node takes, and what it says of the others.</summary>
public sealed class DatabaseStartTests
{
    private const string Secret = "s3cr3t";

    private static PostgresServer Server => PostgresServer.Shared;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Database=taskapi")]
    [InlineData("not a connection string;" + Secret)]
    [InlineData("Host=db;Password=" + Secret + ";Port=x")]
    [InlineData("Host=db;" + Secret + "=1")]
    public void ConnectionString_NoneOrUnreadable_IsRefusedByItsNameAndWithoutWhatItSays(string? text)
    {
        var refused = Assert.Throws<StorageRefusedException>(() => Storage(text));

        Assert.StartsWith("ConnectionStrings:Tasks ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Database_ThatDoesNotExist_IsRefused()
    {
        using var storage = Storage(Server.ConnectionString("public").Replace("Database=postgres", $"Database=nowhere;Password={Secret}", StringComparison.Ordinal));

        var refused = Assert.Throws<StorageRefusedException>(storage.Open);

        Assert.Contains("\"nowhere\" does not exist", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "taskapi", 100, 5, 15)]
    [InlineData(";Application Name=mine;Max Auto Prepare=7;Timeout=9;Command Timeout=11", "mine", 7, 9, 11)]
    public void ConnectionString_WhatItSays_GoesBeforeTheServicesOwn(string text, string name, int prepared, int timeout, int commandTimeout)
    {
        using var storage = Storage(Server.NewSchema() + text);
        using var connection = storage.Connect();
        var used = new NpgsqlConnectionStringBuilder(connection.ConnectionString);

        Assert.Equal((name, prepared, timeout, commandTimeout), (used.ApplicationName, used.MaxAutoPrepare, used.Timeout, used.CommandTimeout));
        Assert.False(used.Pooling);
    }

    [Fact]
    public void Schema_ThatDoesNotExist_IsRefused()
    {
        using var storage = Storage(Server.ConnectionString("nowhere"));

        Assert.Contains("Search Path", Assert.Throws<StorageRefusedException>(storage.Open).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50, null)]
    [InlineData(51, "50 bytes")]
    public void Schema_WithALongName_IsRefusedIfNotificationsWouldNotComeThrough(int length, string? refusal)
    {
        var name = new string('s', length);
        PostgresServer.Execute(Server.ConnectionString("public"), $"CREATE SCHEMA {name}");
        using var storage = Storage(Server.ConnectionString(name));

        if (refusal is null) storage.Open();
        else Assert.Contains(refusal, Assert.Throws<StorageRefusedException>(storage.Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_OfAnotherProgram_IsRefusedAndLeftAlone()
    {
        var schema = Server.NewSchema();
        PostgresServer.Execute(schema, "CREATE TABLE tasks (id int)");
        using var storage = Storage(schema);

        Assert.Contains("another program", Assert.Throws<StorageRefusedException>(storage.Open).Message, StringComparison.Ordinal);
        Assert.Equal(1L, PostgresServer.Ask(schema, "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"));
    }

    [Fact]
    public void Schema_OfANewerVersion_IsRefused()
    {
        var schema = Server.NewSchema();
        using (var storage = Storage(schema)) storage.Open();
        PostgresServer.Execute(schema, "UPDATE taskapi_schema SET version = 99");
        using var older = Storage(schema);

        Assert.Contains("newer version", Assert.Throws<StorageRefusedException>(older.Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_ManyNodesStartAtOnce_IsMadeOnce()
    {
        for (var round = 0; round < 5; round++)
        {
            var schema = Server.NewSchema();
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            {
                using var storage = Storage(schema);
                storage.Open();
            })));

            Assert.Equal(1L, PostgresServer.Ask(schema, "SELECT count(*) FROM taskapi_schema"));
        }
    }

    [Fact]
    public async Task Role_OfLeastPrivilege_IsEnoughOnceTheTablesAreThere()
    {
        var schema = Server.NewSchema();
        using (var storage = Storage(schema)) storage.Open();
        var name = new NpgsqlConnectionStringBuilder(schema).SearchPath!;
        var grants = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "repository", "docs", "operations.md"));
        var start = grants.IndexOf("CREATE ROLE taskapi_node", StringComparison.Ordinal);
        grants = grants[start..grants.IndexOf("```", start, StringComparison.Ordinal)]
            .Replace("taskapi_node", $"node_{name}", StringComparison.Ordinal).Replace("SCHEMA public", $"SCHEMA {name}", StringComparison.Ordinal);
        PostgresServer.Execute(schema, grants);
        await using var api = new TaskApiFactory(
            ("ConnectionStrings:Tasks", schema.Replace("Username=postgres", $"Username=node_{name}", StringComparison.Ordinal)), ("Tasks:Retention", "00:00:01"), ("Tasks:IdempotencyRetention", "00:00:01"));
        using var client = api.CreateTestClient();

        foreach (var key in (string[])["a", "b", "a"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = new StringContent("""{"message":"Hei","delaySeconds":1}""", System.Text.Encoding.UTF8, "application/json") };
            request.Headers.Add("Idempotency-Key", key);
            using var created = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Accepted, created.StatusCode);
            using var cancelled = await client.DeleteAsync(created.Headers.Location!, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
        }

        for (var i = 0; i < 20; i++)
        {
            api.Clock.Advance(TimeSpan.FromSeconds(1));
            using var created = await client.PostAsync(new Uri("/tasks?waitSeconds=5", UriKind.Relative), new StringContent("""{"message":"Hei"}""", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, created.StatusCode);
        }

        // Finished ones were deleted, and so were the keys.
        Assert.InRange((long)PostgresServer.Ask(schema, "SELECT count(*) FROM tasks")!, 0, 15);
        Assert.Equal(0L, PostgresServer.Ask(schema, "SELECT count(*) FROM calls"));
    }

    private static PostgresStorage Storage(string? connectionString) => new(
        Options.Create(new TaskOptions()),
        new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Tasks", connectionString)]).Build(),
        new DatabaseClock(TimeProvider.System));
}
