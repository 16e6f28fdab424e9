using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>Nodes whose wall clocks are wrong, on real time: the database's clock rules.</summary>
public sealed class WrongClockTests : IAsyncLifetime
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    private readonly TaskApiFactory[] _nodes;
    private HttpClient[] _clients = [];

    public WrongClockTests()
    {
        var database = PostgresServer.Shared.NewSchema();
        _nodes = [.. new[] { _hour, -_hour, TimeSpan.Zero }.Select(by => NewNode(database, by))];
    }

    public ValueTask InitializeAsync()
    {
        _clients = [.. _nodes.Select(static node => node.CreateClient())];
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Nodes_AnHourAheadAndAnHourBehind_NothingIsEarlyAndNothingStalls()
    {
        await Task.WhenAll(Enumerable.Range(0, 90).Select(i => Task.Run(async () =>
        {
            var (creator, waiter) = (_clients[i % 3], _clients[i / 3 % 3]);
            var began = TimeProvider.System.GetUtcNow();
            using var created = await creator.PostAsJsonAsync("/tasks", new { message = "Hei", delaySeconds = i * 0.01 }, TestContext.Current.CancellationToken);
            var task = (await Reply.Read(created)).IsJson(HttpStatusCode.Accepted);
            Assert.InRange(task.Instant("createdAt"), began - _hour / 2, began + _hour / 2);
            await AssertCompletes(waiter, task);
        }, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task DueAt_OfTheTrueTime_IsWhenTheTaskCompletesWhicheverNodeTookIt()
    {
        foreach (var (i, creator) in _clients.Index())
        {
            var dueAt = TimeProvider.System.GetUtcNow().AddSeconds(0.5).Rfc3339();
            using var created = await creator.PostAsJsonAsync("/tasks", new { message = "Hei", dueAt }, TestContext.Current.CancellationToken);
            var task = (await Reply.Read(created)).IsJson(HttpStatusCode.Accepted);
            Assert.Equal(dueAt, task.Text("dueAt"));
            await AssertCompletes(_clients[(i + 1) % 3], task);
        }
    }

    [Fact]
    public async Task Figures_OfEveryNode_AreByTheDatabasesClock()
    {
        foreach (var client in _clients)
        {
            using var created = await client.PostAsJsonAsync("/tasks", new { message = "Hei", delaySeconds = 1000 }, TestContext.Current.CancellationToken);
            var id = (await Reply.Read(created)).IsJson(HttpStatusCode.Accepted).Id();
            using var found = await client.GetAsync(new Uri($"/tasks/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.InRange(found.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 500, 1000);
            using var early = await client.GetAsync(new Uri($"/tasks/{id}/result", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.InRange(early.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 500, 1000);
        }
    }

    [Theory]
    [InlineData(-0.5, true)]
    [InlineData(0.5, false)]
    public async Task DueAt_ByHalfAnHourWithinTheYearOrBeyond_IsJudgedByTheDatabasesClock(double hours, bool isTaken)
    {
        var dueAt = TimeProvider.System.GetUtcNow().AddDays(365).AddHours(hours).Rfc3339();
        var body = $$"""{"message":"Hei","dueAt":"{{dueAt}}"}""";
        foreach (var client in _clients)
        {
            Assert.Equal(isTaken ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest, (await Reply.Send(client, HttpMethod.Post, "/tasks", body)).Status);
            Assert.Equal(isTaken ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest, (await Reply.Send(client, HttpMethod.Post, "/tasks/batch", $"[{body}]")).Status);
            Assert.Equal(isTaken ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest, (await Reply.Send(client, HttpMethod.Post, "/tasks/gather", $$"""{"tasks":[{{body}}],"waitSeconds":0,"onTimeout":"cancel","returnExceptions":true}""")).Status);
            var id = (await Reply.Send(client, HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":1000}""")).Json.Id();
            Assert.Equal(isTaken ? HttpStatusCode.OK : HttpStatusCode.BadRequest, (await Reply.Send(client, HttpMethod.Patch, $"/tasks/{id}", $$"""{"dueAt":"{{dueAt}}"}""")).Status);
        }
    }

    [Fact]
    public async Task Leases_AreSaidToEndByTheDatabasesClock()
    {
        foreach (var client in _clients)
        {
            (await Reply.Send(client, HttpMethod.Post, "/tasks", """{"type":"resize"}""")).Is(HttpStatusCode.Accepted);
            var lease = Assert.Single((await Reply.Send(client, HttpMethod.Post, "/work/acquire", """{"worker":"w","queues":["resize"],"leaseSeconds":60}""")).IsJson(HttpStatusCode.OK).Items("tasks")).GetProperty("lease");
            var beat = (await Reply.Send(client, HttpMethod.Post, "/work/heartbeat", $$"""{"worker":"w","leaseSeconds":60,"leases":[{"token":"{{lease.Text("token")}}"}]}""")).IsJson(HttpStatusCode.OK);

            Assert.InRange(beat.Instant("expiresAt") - lease.Instant("expiresAt"), TimeSpan.FromSeconds(-1), _hour / 2);
        }
    }

    private static async Task AssertCompletes(HttpClient waiter, JsonElement task)
    {
        var finished = await waiter.GetFromJsonAsync<JsonElement>($"/tasks/{task.Id()}?waitSeconds=60", TestContext.Current.CancellationToken);
        Assert.Equal("completed", finished.Status());
        Assert.True(finished.Instant("finishedAt") >= task.Instant("dueAt"), $"Early: {finished}");
        Assert.True(TimeProvider.System.GetUtcNow() >= task.Instant("dueAt"), $"Shown early: {finished}");
    }

    private static TaskApiFactory NewNode(string database, TimeSpan by) => new(("ConnectionStrings:Tasks", database))
    {
        Registrations = services =>
        {
            services.RemoveAll<TimeProvider>();
            services.AddSingleton<TimeProvider>(new ShiftedTimeProvider(by));
            services.RemoveAll<RunClock>();
            services.AddSingleton<RunClock>(static provider => new DatabaseClock(provider.GetRequiredService<TimeProvider>()));
        },
    };
}
