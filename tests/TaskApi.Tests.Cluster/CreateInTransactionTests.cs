using System.Net;
using Npgsql;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>Tasks that a program creates in a transaction of its own, by <c>taskapi_create</c>.</summary>
public sealed class CreateInTransactionTests : TwoNodes
{
    private const string Due = "due_at => '2001-01-01T00:00:00Z'";

    private readonly string _schema;

    public CreateInTransactionTests()
        : this(PostgresServer.Shared.NewSchema())
    {
    }

    private CreateInTransactionTests(string schema)
        : base(("ConnectionStrings:Tasks", schema), ("Tasks:MaxPending", "20000"), ("Tasks:MaxBatch", "1000")) => _schema = schema;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Message_ItsTransactionCommits_IsThereWithWhatWasGiven()
    {
        await using var own = await Begin();
        var id = await own.Create("message => 'Hei', due_at => '2001-01-01T00:00:00Z', name => 'first', group_name => 'g', timeout_seconds => 10");
        await own.Create("message => 'later', delay_seconds => 1.5");
        Assert.Equal(HttpStatusCode.NotFound, (await Reply.Send(One, HttpMethod.Get, $"/tasks/{id}")).Status);

        await own.Transaction.CommitAsync(Ended);

        var done = (await Reply.Send(Other, HttpMethod.Get, $"/tasks/{id}?waitSeconds=30")).IsJson(HttpStatusCode.OK);
        Assert.Equal(("completed", "Hei", "first", "g", "2001-01-01T00:00:00.000Z"), (done.Status(), done.Text("message"), done.Text("name"), done.Text("group"), done.Text("dueAt")));
        Assert.EndsWith("Hei", done.Text("result"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_DueLongBeforeItWasCreated_IsLateSinceItsCreation()
    {
        var id = Ask($"SELECT taskapi_create(message => 'Hei', {Due})");

        Assert.Equal("completed", (await Reply.Send(Other, HttpMethod.Get, $"/tasks/{id}?waitSeconds=30")).IsJson(HttpStatusCode.OK).Status());
        // The database's clock isn't the nodes'.
        foreach (var node in (HttpClient[])[One, Other])
            Assert.InRange((await Reply.Send(node, HttpMethod.Get, "/tasks/stats")).Json.GetProperty("latenessMs").Number("max"), 0, TimeSpan.FromDays(10 * 365).TotalMilliseconds);
    }

    [Fact]
    public async Task Message_ItsTransactionIsRolledBack_IsNot()
    {
        await using var own = await Begin();
        var id = await own.Create($"message => 'Hei', {Due}");
        await own.Execute("SAVEPOINT half");
        await own.Create($"message => 'Hei', {Due}");
        await own.Execute("ROLLBACK TO half");

        await own.Transaction.RollbackAsync(Ended);

        Assert.Equal(HttpStatusCode.NotFound, (await Reply.Send(One, HttpMethod.Get, $"/tasks/{id}")).Status);
        Assert.Equal((0L, 0L), ((long)Ask("SELECT taskapi_pending()"), (long)Ask("SELECT count(*) FROM outbox")));
    }

    [Fact]
    public async Task Counts_OfWhatWasCreated_AreTakenOverByOneNode()
    {
        await using (var own = await Begin())
        {
            for (var i = 0; i < 3; i++) await own.Create("message => 'Hei', delay_seconds => 1000");
            await own.Transaction.CommitAsync(Ended);
        }

        // Before and after, and by whichever node.
        Assert.Equal((3, 3), await Counts(One));
        await Until("SELECT NOT EXISTS (SELECT FROM outbox_counts)");
        Assert.Equal((3, 3), await Counts(Other));
        Assert.Equal(3L, Ask("SELECT taskapi_pending()"));
        (await Reply.Send(One, HttpMethod.Delete, "/tasks?all=true")).Is(HttpStatusCode.OK);
        Assert.Equal((0, 3), await Counts(Other));
    }

    [Fact]
    public async Task Creation_IsToldToStreamsOfBothNodes()
    {
        using var events = await ReadEvents(One);
        using var others = await ReadEvents(Other);
        await using var own = await Begin();
        await own.Execute("SELECT count(taskapi_create(message => 'm' || i, delay_seconds => 1000)) FROM generate_series(1, 700) AS i");
        await own.Transaction.CommitAsync(Ended);

        for (var i = 1; i <= 700; i++)
        {
            var (seen, there) = ((await events.Event())!, (await others.Event())!);
            Assert.Equal(("created", $"m{i}", seen.Id), (seen.Name, seen.Data.Text("message"), there.Id));
        }
    }

    [Fact]
    public async Task Bound_OnPendingTasks_HoldsForThemToo()
    {
        await using (var own = await Begin())
        {
            await own.Execute("SELECT count(taskapi_create(message => 'Hei', delay_seconds => 1000)) FROM generate_series(1, 20000)");
            await own.Transaction.CommitAsync(Ended);
        }

        (await Reply.Send(One, HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":10}""")).Is(HttpStatusCode.ServiceUnavailable);
        await using var more = await Begin();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => more.Create("message => 'Hei'"));
        Assert.Equal(PostgresErrorCodes.ConfigurationLimitExceeded, refused.SqlState);
    }

    [Fact]
    public async Task Bound_ThatAllTogetherReach_IsHeldAtTheCommit()
    {
        await using var first = await Begin();
        await using var second = await Begin();
        foreach (var own in (OwnTransaction[])[first, second]) await own.Execute("SELECT count(taskapi_create(message => 'Hei', delay_seconds => 1000)) FROM generate_series(1, 12000)");
        await first.Transaction.CommitAsync(Ended);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => second.Transaction.CommitAsync(Ended));

        Assert.Equal(PostgresErrorCodes.ConfigurationLimitExceeded, refused.SqlState);
        Assert.Equal(12_000L, Ask("SELECT taskapi_pending()"));
    }

    [Theory]
    [InlineData("", "either message or type is required")]
    [InlineData("message => 'm', type => 'resize'", "either message or type is required")]
    [InlineData("message => ''", "message must have 1 to 4096")]
    [InlineData("message => 'm', key => 'k'", "go only with a type")]
    [InlineData("message => 'm', delay_seconds => 1, due_at => now()", "at most one of delay_seconds and due_at")]
    [InlineData("message => 'm', due_at => 'infinity'", "due_at must be at most 365 days")]
    [InlineData("message => 'm', timeout_seconds => 'NaN'", "timeout_seconds must be")]
    [InlineData("message => 'm', name => ''", "name must have 1 to 128")]
    [InlineData("message => 'm', group_name => 'a b'", "group_name must have")]
    [InlineData("type => '9'", "type must begin with a letter")]
    [InlineData("type => 'future'", "type must not be")]
    [InlineData("type => 'http'", "input must be an object with an absolute url")]
    [InlineData("type => 'http', input => '[\"http://a/\"]'", "input must be an object with an absolute url")]
    [InlineData("""type => 'http', input => '{"url":"ftp://a/"}'""", "input must be an object with an absolute url")]
    [InlineData("""type => 'resize', input => '{"a":[{"b":1,"b":2}]}'""", "no property twice")]
    [InlineData("type => 'resize', input => to_json(repeat('x', 65535))", "input must have at most 65536 bytes")]
    [InlineData("type => 'resize', queue => 'a/b'", "queue must have")]
    [InlineData("type => 'resize', priority => 101", "priority must be")]
    [InlineData("type => 'resize', attempt_seconds => 0", "attempt_seconds must be")]
    [InlineData("""type => 'resize', retry => '{"maxAttempts":1.5}'""", "retry.maxAttempts must be from 1 to 1000")]
    [InlineData("""type => 'resize', retry => '{"attempts":1}'""", "retry has no attempts")]
    public async Task Argument_ThatBreaksARule_IsRefusedByItsName(string arguments, string rule)
    {
        await using var own = await Begin();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => own.Create(arguments));

        Assert.Equal(PostgresErrorCodes.InvalidParameterValue, refused.SqlState);
        Assert.Contains(rule, refused.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Role_ThatMayOnlyCreate_CreatesAndSeesNothing()
    {
        var name = new NpgsqlConnectionStringBuilder(_schema).SearchPath!;
        PostgresServer.Execute(_schema, $"CREATE ROLE app_{name} LOGIN; GRANT USAGE ON SCHEMA {name} TO app_{name}; GRANT EXECUTE ON FUNCTION taskapi_create TO app_{name}");
        var role = _schema.Replace("Username=postgres", $"Username=app_{name}", StringComparison.Ordinal);

        var id = PostgresServer.Ask(role, $"SELECT taskapi_create(message => 'Hei', {Due})");

        Assert.Equal("completed", (await Reply.Send(One, HttpMethod.Get, $"/tasks/{id}?waitSeconds=30")).IsJson(HttpStatusCode.OK).Status());
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, Assert.Throws<PostgresException>(() => PostgresServer.Ask(role, "SELECT count(*) FROM all_tasks")).SqlState);
        PostgresServer.Execute(_schema, $"REVOKE EXECUTE ON FUNCTION taskapi_create FROM app_{name}");
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, Assert.Throws<PostgresException>(() => PostgresServer.Ask(role, "SELECT taskapi_create(message => 'Hei')")).SqlState);
    }

    private static async Task<(double Pending, double Created)> Counts(HttpClient node)
    {
        var stats = (await Reply.Send(node, HttpMethod.Get, "/tasks/stats")).IsJson(HttpStatusCode.OK);
        return (stats.Number("pending"), stats.Number("created"));
    }

    private object Ask(string question) => PostgresServer.Ask(_schema, question)!;

    private async Task Until(string question)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (Ask(question) is not true)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), question);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Ended);
        }
    }

    private async Task<OwnTransaction> Begin()
    {
        var connection = new NpgsqlConnection(_schema);
        await connection.OpenAsync(Ended);
        return new OwnTransaction(connection, await connection.BeginTransactionAsync(Ended));
    }

    private sealed record OwnTransaction(NpgsqlConnection Connection, NpgsqlTransaction Transaction) : IAsyncDisposable
    {
        public async Task<Guid> Create(string arguments)
        {
            await using var create = new NpgsqlCommand($"SELECT taskapi_create({arguments})", Connection);
            return (Guid)(await create.ExecuteScalarAsync(Ended))!;
        }

        public async Task Execute(string text)
        {
            await using var command = new NpgsqlCommand(text, Connection);
            await command.ExecuteNonQueryAsync(Ended);
        }

        public async ValueTask DisposeAsync()
        {
            await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}
