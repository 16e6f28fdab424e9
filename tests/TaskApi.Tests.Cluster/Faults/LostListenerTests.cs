using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>What a node does that isn't told for a while what the others do.</summary>
public sealed class LostListenerTests : IAsyncLifetime
{
    private readonly string _database = PostgresServer.Shared.NewSchema();
    private readonly string _name = $"n{Guid.NewGuid():N}";
    private readonly TcpProxy _network = new(PostgresServer.Shared.Port);
    private readonly TaskApiFactory _near;
    private readonly TaskApiFactory _far;
    private HttpClient _here = null!;
    private HttpClient _there = null!;

    public LostListenerTests()
    {
        _near = new TaskApiFactory(("ConnectionStrings:Tasks", _database));
        _far = new TaskApiFactory(("ConnectionStrings:Tasks", $"{Through(_network)};Application Name={_name}"));
    }

    public async ValueTask InitializeAsync()
    {
        (_here, _there) = (_near.CreateClient(), _far.CreateClient());
        await Ready(_there);
    }

    public async ValueTask DisposeAsync()
    {
        _here.Dispose();
        _there.Dispose();
        await _near.DisposeAsync();
        await _far.DisposeAsync();
        _network.Dispose();
    }

    [Fact]
    public async Task Listener_LostWhileAnotherNodeCancels_WaitEndsAndReadersAreToldOfTheGap()
    {
        var id = (await Create()).Id();
        using var events = await Open(HttpMethod.Get, "/tasks/events");
        var first = (await Create()).Id();
        var before = await events.Event();
        Assert.Equal(first, before!.Data.Id());
        var waiting = _there.GetFromJsonAsync<JsonElement>($"/tasks/{id}?waitSeconds=300", TestContext.Current.CancellationToken);
        using var completing = await Open(HttpMethod.Post, "/tasks/as-completed", new { ids = new[] { id } });
        await _far.Clock.TimerArmed(TimeSpan.FromSeconds(300), count: 2);

        _network.Refuse(true);
        Assert.Equal(1, EndListener());
        await NotReady(_there);
        await Create();
        using var cancelled = await _here.DeleteAsync(new Uri($"/tasks/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        _network.Refuse(false);

        Assert.Equal("cancelled", (await waiting).Status());
        Assert.Equal(id, (await completing.Json()).Id());
        var gap = await events.Event();
        Assert.Equal("gap", gap!.Name);
        Assert.Equal((Number(before.Id) + 1, Number(before.Id) + 2), ((long)gap.Data.Number("from"), (long)gap.Data.Number("to")));
        var last = (await Create()).Id();
        Assert.Equal(last, (await events.Event())!.Data.Id());
        await Ready(_there);
    }

    [Fact]
    public async Task Listener_LostAgainAndAgainWhileAnotherNodeCancels_EveryWaitEnds()
    {
        var ended = 0;
        for (var round = 0; round < 20; round++)
        {
            var ids = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => (await Create()).Id()));
            var waits = ids.Select(id => _there.GetFromJsonAsync<JsonElement>($"/tasks/{id}?waitSeconds=300", TestContext.Current.CancellationToken)).ToList();
            var ending = Task.Run(EndListener, TestContext.Current.CancellationToken);
            foreach (var id in ids) (await _here.DeleteAsync(new Uri($"/tasks/{id}", UriKind.Relative), TestContext.Current.CancellationToken)).Dispose();
            ended += await ending;

            foreach (var wait in waits) Assert.Equal("cancelled", (await wait.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Status());
        }

        Assert.InRange(ended, 1, 20);
    }

    [Fact]
    public async Task Notification_OfSomethingElse_DoesNotEndTheListening()
    {
        Execute($"SELECT pg_notify('taskapi.' || current_schema(), 'not an announcement')");
        var id = (await Create()).Id();
        var waiting = _there.GetFromJsonAsync<JsonElement>($"/tasks/{id}?waitSeconds=300", TestContext.Current.CancellationToken);
        await _far.Clock.TimerArmed(TimeSpan.FromSeconds(300));

        using var cancelled = await _here.DeleteAsync(new Uri($"/tasks/{id}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("cancelled", (await waiting.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Status());
    }

    [Fact]
    public async Task Node_StartedWhileTheDatabaseIsAway_IsNotReadyUntilItIsBack()
    {
        _network.Refuse(true);
        await using var node = new TaskApiFactory(("ConnectionStrings:Tasks", Through(_network)));
        using var client = node.CreateClient();
        await NotReady(client);
        using (var refused = await client.PostAsJsonAsync("/tasks", new { message = "Hei" }, TestContext.Current.CancellationToken))
            (await Reply.Read(refused)).IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");

        _network.Refuse(false);

        await Ready(client);
        var id = (await Create()).Id();
        Assert.Equal(id, (await client.GetFromJsonAsync<JsonElement>($"/tasks/{id}", TestContext.Current.CancellationToken)).Id());
    }

    private static long Number(string? eventId) => long.Parse(eventId!, System.Globalization.CultureInfo.InvariantCulture);

    private static Task Ready(HttpClient node) => Answers(node, HttpStatusCode.OK);

    private static Task NotReady(HttpClient node) => Answers(node, HttpStatusCode.ServiceUnavailable);

    private static async Task Answers(HttpClient node, HttpStatusCode expected)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var reply = await node.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
            if (reply.StatusCode == expected) return;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), $"Ready: {reply.StatusCode}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private string Through(TcpProxy network) => _database.Replace($"Port={PostgresServer.Shared.Port}", $"Port={network.Port}", StringComparison.Ordinal);

    // As an operator would, or a proxy that finds the connection idle.
    private int EndListener() => (int)(long)Execute($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{_name} listener'")!;

    private object? Execute(string text)
    {
        using var connection = new NpgsqlConnection(_database);
        connection.Open();
        using var command = new NpgsqlCommand(text, connection);
        return command.ExecuteScalar();
    }

    private async Task<JsonElement> Create()
    {
        using var created = await _here.PostAsJsonAsync("/tasks", new { message = "Hei", delaySeconds = 1000 }, TestContext.Current.CancellationToken);
        return await created.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    private async Task<StreamedReply> Open(HttpMethod method, string path, object? body = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        return new StreamedReply(request, await _there.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }
}
