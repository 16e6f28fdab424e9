using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work.Http;

namespace TaskApi.Tests;

/// <summary>Tasks with work that a program creates in a transaction of its own: workers get them when, and only if, it commits.</summary>
public sealed class TransactionalWorkTests : TwoNodes
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public TransactionalWorkTests()
        : base(("Tasks:MaxPending", "100000"))
    {
    }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private ITasks Tasks => Api.Services.GetRequiredService<ITasks>();

    [Fact]
    public async Task Commit_OfATaskWithAType_WakesAWorkerThatHoldsACallAtAnyNode()
    {
        foreach (var node in (HttpClient[])[One, Other])
        {
            var acquiring = Acquire(node, waitSeconds: 60);
            await Api.Clock.TimerArmed(TimeSpan.FromSeconds(60));
            await using var connection = await Connect();
            await using var transaction = await connection.BeginTransactionAsync(Ended);
            await using var create = new NpgsqlCommand(
                """SELECT taskapi_create(type => 'resize', input => '{"url":"a.png"}', queue => 'images', due_at => '2001-01-01T00:00:00Z', retry => '{"maxAttempts":5}')""", connection);
            var id = (Guid)(await create.ExecuteScalarAsync(Ended))!;
            Assert.Empty(await Acquire(Other));
            Assert.False(acquiring.IsCompleted);

            await transaction.CommitAsync(Ended);

            var task = Assert.Single(await acquiring.WaitAsync(_patience, Ended));
            Assert.Equal((id.ToString(), """{"url":"a.png"}""", 1, 5), (task.Id(), task.GetProperty("input").GetRawText(), task.Number("attempt"), task.GetProperty("retry").Number("maxAttempts")));
            var body = $$"""{"outcomes":[{"token":"{{task.GetProperty("lease").Text("token")}}","result":"done"}]}""";
            (await Reply.Send(One, HttpMethod.Post, "/work/finish", body)).Is(HttpStatusCode.OK);
            Assert.Equal("done", (await Reply.Send(Other, HttpMethod.Get, $"/tasks/{id}")).IsJson(HttpStatusCode.OK).Text("result"));
        }
    }

    [Fact]
    public async Task Create_InATransactionThatCommits_IsATaskWithAllThatWasGiven()
    {
        await using var connection = await Connect();
        await using var transaction = await connection.BeginTransactionAsync(Ended);
        var retry = new TaskRetry { MaxAttempts = 4, MaxLosses = 0, Initial = TimeSpan.FromSeconds(0.25), Factor = 1.5, Max = TimeSpan.FromMinutes(2), Jitter = 0, MaxElapsed = TimeSpan.FromHours(1) };
        var options = new NewTaskOptions
        {
            DueAt = Api.Clock.GetUtcNow() - TimeSpan.FromDays(3650),
            Name = "n",
            Group = "g",
            Queue = "images",
            Priority = 7,
            Key = "k",
            Retry = retry,
            Timeout = TimeSpan.FromDays(300),
            AttemptTimeout = TimeSpan.FromSeconds(30),
        };

        var handle = await Tasks.CreateAsync("resize", new { Url = "ä.png" }, transaction, options, Ended);
        await Assert.ThrowsAsync<TaskNotFoundException>(() => handle.GetAsync(Ended));
        await transaction.CommitAsync(Ended);

        var task = Assert.Single(await Acquire(Other));
        Assert.Equal(
            (handle.Id.ToString(), "resize", """{"url":"ä.png"}""", "n", "g", "images", "k", 7),
            (task.Id(), task.Text("type"), JsonSerializer.Serialize(task.GetProperty("input"), Unescaped), task.Text("name"), task.Text("group"), task.Text("queue"), task.Text("key"), task.Number("priority")));
        Assert.Equal("""{"maxAttempts":4,"maxLosses":0,"initialSeconds":0.25,"factor":1.5,"maxSeconds":120,"jitter":0,"maxElapsedSeconds":3600}""", task.GetProperty("retry").GetRawText());
        Assert.Equal(30, task.Number("attemptSeconds"));
    }

    [Fact]
    public async Task Create_OfACallOfAUrl_CallsItOnceTheTransactionHasCommitted()
    {
        await using var receiver = new Receiver();
        await using var connection = await Connect();
        await using var transaction = await connection.BeginTransactionAsync(Ended);
        await using var create = new NpgsqlCommand($$$"""SELECT taskapi_create(type => 'http', input => '{"url":"{{{receiver.Url}}}","body":1.50}', retry => '{"maxAttempts":3,"factor":null}')""", connection);
        var bySql = (Guid)(await create.ExecuteScalarAsync(Ended))!;
        var byTypes = await Tasks.CreateAsync("http", new { url = receiver.Url, text = "hei" }, transaction, cancellationToken: Ended);
        await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CreateAsync("http", new { url = "ftp://a/" }, transaction, cancellationToken: Ended));
        Assert.Empty(receiver.Requests);

        await transaction.CommitAsync(Ended);

        JsonElement[] called = [(await Reply.Send(One, HttpMethod.Get, $"/tasks/{bySql}?waitSeconds=300")).IsJson(HttpStatusCode.OK), (await Reply.Send(Other, HttpMethod.Get, $"/tasks/{byTypes.Id}?waitSeconds=300")).IsJson(HttpStatusCode.OK)];
        Assert.All(called, static task => Assert.Equal(("completed", 3600), (task.Status(), task.Number("attemptSeconds"))));
        Assert.Equal([(3, 5, 3), (8, 5, 3)], called.Select(static task => task.GetProperty("retry")).Select(static retry => ((int)retry.Number("maxAttempts"), (int)retry.Number("initialSeconds"), (int)retry.Number("factor"))));
        Assert.Equal(["1.50", "hei"], receiver.Requests.Select(static sent => sent.Body).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Create_WithAnInputOnSeveralLines_IsTakenAndShownOnOne()
    {
        await using var receiver = new Receiver();
        using var events = await ReadEvents(One);
        await using var connection = await Connect();
        await using var create = new NpgsqlCommand($$"""SELECT taskapi_create(type => 'http', input => E'\n{\r\n"url":"{{receiver.Url}}"}')""", connection);
        var id = ((Guid)(await create.ExecuteScalarAsync(Ended))!).ToString();

        var done = (await Reply.Send(One, HttpMethod.Get, $"/tasks/{id}?waitSeconds=300")).IsJson(HttpStatusCode.OK);

        Assert.Equal(("completed", $$"""{  "url":"{{receiver.Url}}"}"""), (done.Status(), done.GetProperty("input").GetRawText()));
        ServerEvent? happened;
        do happened = await events.Event();
        while (happened!.Name != "completed");
        Assert.Equal(id, happened.Data.Id());
    }

    [Fact]
    public async Task Create_InATransactionThatIsRolledBack_IsNone()
    {
        await using var connection = await Connect();
        await using var transaction = await connection.BeginTransactionAsync(Ended);
        var work = await Tasks.CreateAsync("resize", 1, transaction, new NewTaskOptions { Queue = "images" }, Ended);
        var message = await Tasks.CreateAsync(new NewTask("Hei", TimeSpan.FromSeconds(5)), transaction, Ended);

        await transaction.RollbackAsync(Ended);

        foreach (var handle in (TaskHandle[])[work, message]) await Assert.ThrowsAsync<TaskNotFoundException>(() => handle.GetAsync(Ended));
        Assert.Empty(await Acquire(One));
    }

    [Fact]
    public async Task Create_OfWhatBreaksARule_IsRefusedAndTheTransactionGoesOn()
    {
        await using var connection = await Connect();
        await using var transaction = await connection.BeginTransactionAsync(Ended);

        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CreateAsync("resize", 1, transaction, new NewTaskOptions { Queue = "a/b", Priority = 101 }, Ended));
        var looksAround = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CreateAsync("resize", 1, transaction, new NewTaskOptions { Unique = new TaskUnique("k"), After = [Guid.CreateVersion7()], Callback = new TaskCallback("https://example.com") }, Ended));
        var handle = await Tasks.CreateAsync(new NewTask("Hei"), transaction, Ended);
        await transaction.CommitAsync(Ended);

        Assert.Equal(["after", "callback", "unique"], looksAround.Problem.Errors!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["priority", "queue"], refused.Problem.Errors!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("Hei", (await handle.GetAsync(Ended)).Message);
    }

    private static JsonSerializerOptions Unescaped { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static async Task<IReadOnlyList<JsonElement>> Acquire(HttpClient node, int waitSeconds = 0) =>
        (await Reply.Send(node, HttpMethod.Post, "/work/acquire", $$"""{"worker":"w","queues":["images"],"waitSeconds":{{waitSeconds}}}""")).IsJson(HttpStatusCode.OK).Items("tasks");

    private async Task<NpgsqlConnection> Connect()
    {
        var connection = new NpgsqlConnection(Api.Services.GetRequiredService<IConfiguration>().GetConnectionString("Tasks"));
        await connection.OpenAsync(Ended);
        return connection;
    }
}
