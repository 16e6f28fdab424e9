using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Observability;

/// <summary>What the service says of itself, in each state.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Ready_OfAServiceThatIsWell_IsHealthy()
    {
        await using var api = new TaskApiFactory();
        using var client = api.CreateTestClient();

        await Expect(await Get(client, "/health/ready"), HttpStatusCode.OK, "healthy");
        await Expect(await Get(client, "/health/live"), HttpStatusCode.OK, "healthy");
    }

    [Fact]
    public async Task Ready_WhileItStarts_IsUnhealthy_AndLiveIsNot()
    {
        using var early = new EarlyCaller();
        await using var api = new TaskApiFactory { Registrations = services => services.AddSingleton<IHostedService>(provider => early.With(provider)) };
        using var client = api.CreateTestClient();

        await Expect(early.Ready!, HttpStatusCode.ServiceUnavailable, "unhealthy", "The service is starting.");
        await Expect(early.Live!, HttpStatusCode.OK, "healthy");
        await Expect(await Get(client, "/health/ready"), HttpStatusCode.OK, "healthy");
    }

    [Fact]
    public async Task Ready_WhileItShutsDown_IsUnhealthy_AndLiveIsNot()
    {
        await using var api = new TaskApiFactory(("Tasks:ShutdownGrace", "00:00:05"));
        using var client = api.CreateTestClient();
        // It stays for what comes due within the grace.
        using var pending = await client.PostAsJsonAsync(new Uri("/tasks", UriKind.Relative), new { message = "Hei", delaySeconds = 3 }, TestContext.Current.CancellationToken);
        api.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await Expect(await Get(client, "/health/ready"), HttpStatusCode.ServiceUnavailable, "unhealthy", "The service is shutting down.");
        await Expect(await Get(client, "/health/live"), HttpStatusCode.OK, "healthy");
        api.Clock.Advance(TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(5.001, true)]
    public async Task Ready_ATaskOverdueByMoreThanTheAlarm_IsDegraded(double overdueSeconds, bool isDegraded)
    {
        await using var api = WithStorage(TimeSpan.FromSeconds(overdueSeconds), static () => null);
        using var client = api.CreateTestClient();

        string[] reasons = isDegraded ? ["A pending task is overdue by 5.0 s."] : [];
        await Expect(await Get(client, "/health/ready"), HttpStatusCode.OK, isDegraded ? "degraded" : "healthy", reasons);
    }

    [Fact]
    public async Task Ready_EverythingWrong_NamesEachReason()
    {
        await using var api = WithStorage(TimeSpan.FromSeconds(72.5), static () => "The database can't be written.");
        using var client = api.CreateTestClient();

        await Expect(await Get(client, "/health/ready"), HttpStatusCode.OK, "degraded", "A pending task is overdue by 72.5 s.", "The database can't be written.");
    }

    [Fact]
    public async Task Ready_ACheckThatThrows_IsUnhealthyAndKeepsTheDetailsToTheLog()
    {
        await using var api = WithStorage(TimeSpan.Zero, static () => throw new InvalidOperationException("secret"));
        using var client = api.CreateTestClient();

        await Expect(await Get(client, "/health/ready"), HttpStatusCode.ServiceUnavailable, "unhealthy", "The check 'storage' failed.");
    }

    private static Task<HttpResponseMessage> Get(HttpClient client, string path) => client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    private static async Task Expect(HttpResponseMessage reply, HttpStatusCode status, string health, params string[] reasons)
    {
        using (reply)
        {
            Assert.Equal(status, reply.StatusCode);
            Assert.True(reply.Headers.CacheControl?.NoStore);
            var json = JsonElement.Parse(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(health, json.Status());
            Assert.Equal(reasons, json.Items("reasons").Select(static reason => reason.GetString()));
        }
    }

    private static TaskApiFactory WithStorage(TimeSpan overdue, Func<string?> fault) => new()
    {
        Registrations = services => services.AddSingleton(provider => OddStorage.Around(provider.GetRequiredService<MemoryTaskStorage>(), overdue, fault)),
    };

    /// <summary>Calls when the server listens already, and the service has not started yet.</summary>
    private sealed class EarlyCaller : IHostedLifecycleService, IDisposable
    {
        private IServiceProvider? _services;

        public HttpResponseMessage? Ready { get; private set; }

        public HttpResponseMessage? Live { get; private set; }

        public EarlyCaller With(IServiceProvider services)
        {
            _services = services;
            return this;
        }

        public async Task StartedAsync(CancellationToken cancellationToken)
        {
            using var client = ((TestServer)_services!.GetRequiredService<IServer>()).CreateClient();
            Ready = await Get(client, "/health/ready");
            Live = await Get(client, "/health/live");
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
            Ready?.Dispose();
            Live?.Dispose();
        }
    }

    /// <summary>A storage that is late, or whose storage fails.</summary>
    public class OddStorage : DispatchProxy
    {
        private ITaskStorage _inner = null!;
        private TimeSpan _overdue;
        private Func<string?> _fault = null!;

        internal static ITaskStorage Around(ITaskStorage inner, TimeSpan overdue, Func<string?> fault)
        {
            var storage = Create<ITaskStorage, OddStorage>();
            var odd = (OddStorage)(object)storage;
            (odd._inner, odd._overdue, odd._fault) = (inner, overdue, fault);
            return storage;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            "get_Overdue" => _overdue,
            "get_Fault" => _fault(),
            _ => targetMethod.Invoke(_inner, args),
        };
    }
}
