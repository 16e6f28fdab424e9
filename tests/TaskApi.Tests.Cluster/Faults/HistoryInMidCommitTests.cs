using Npgsql;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;

namespace TaskApi.Tests.Faults;

/// <summary>A node that learns, while it commits, that the database has gone back to an earlier state, in which its owners aren't there.</summary>
public sealed class HistoryInMidCommitTests : TwoNodes
{
    private const string HoldUp = """
        CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER hold_up AFTER INSERT ON work DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_up()
        """;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Node_ThatCannotAskWhoseTasksItHasWritten_GoesOn()
    {
        var node = OfNodes<ITaskCommands>()[0];
        var storage = (PostgresStorage)OfNodes<DatabaseAccess>()[0].Storage;
        Assert.Equal(AnswerStatus.Ok, (await node.CreateAsync("shop", WorkFixture.Spec(), watch: false, Ended)).Status);
        PostgresServer.Execute(Database, HoldUp);
        await using var other = new NpgsqlConnection(Database);
        await other.OpenAsync(Ended);
        Execute(other, "SELECT pg_advisory_lock(42)");
        var creating = node.CreateAsync("shop", WorkFixture.Spec(), watch: false, Ended).AsTask();
        await Until(() => Task.FromResult(PostgresServer.Ask(Database, "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))") is true));

        Execute(other, "UPDATE taskapi_schema SET epoch = 'another'; DELETE FROM owners WHERE name = 'shop'");
        (await storage.ConnectAsync(Ended)).Dispose();
        Execute(other, "SELECT pg_advisory_unlock(42)");

        Assert.Equal(AnswerStatus.Ok, (await creating).Status);
        Execute(other, "DROP TRIGGER hold_up ON work");
        await Until(async () => (await node.CreateAsync("", WorkFixture.Spec(), watch: false, Ended)).Status == AnswerStatus.Ok);
    }

    private static void Execute(NpgsqlConnection connection, string text)
    {
        using var command = new NpgsqlCommand(text, connection);
        command.ExecuteNonQuery();
    }
}
