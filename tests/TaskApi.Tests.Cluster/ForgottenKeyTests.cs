using System.Net;
using System.Text;
using Npgsql;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>A call whose time is over, and which another node forgets just when it is repeated.</summary>
public sealed class ForgottenKeyTests : TwoNodes
{
    // Between the taking of keys and the look at them.
    private const string HoldUp = """
        CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NULL; END';
        CREATE TRIGGER hold_up AFTER INSERT ON calls FOR EACH STATEMENT EXECUTE FUNCTION hold_up()
        """;

    [Fact]
    public async Task Call_ForgottenWhileItIsRepeated_IsKeptAnew()
    {
        var first = (await Post()).IsJson(HttpStatusCode.Accepted).Id();
        PostgresServer.Execute(Database, HoldUp);
        await using var other = new NpgsqlConnection(Database);
        await other.OpenAsync(TestContext.Current.CancellationToken);
        Execute(other, "SELECT pg_advisory_lock(42)");
        var repeating = Post();
        await Until(() => Task.FromResult(PostgresServer.Ask(Database, "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))") is true));

        Execute(other, "DELETE FROM calls");
        Execute(other, "SELECT pg_advisory_unlock(42)");

        var second = (await repeating).IsJson(HttpStatusCode.Accepted).Id();
        Assert.NotEqual(first, second);
        Assert.Equal(second, (await Post()).IsJson(HttpStatusCode.Accepted).Id());
    }

    private static void Execute(NpgsqlConnection connection, string text)
    {
        using var command = new NpgsqlCommand(text, connection);
        command.ExecuteNonQuery();
    }

    private async Task<Reply> Post()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = new StringContent("""{"message":"Hei","delaySeconds":1000}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", "key");
        using var response = await One.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.Read(response);
    }
}
