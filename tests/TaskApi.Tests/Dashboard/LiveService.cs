using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Dashboard;

/// <summary>The service on a socket and on the real clock, which can be started anew at the same address.</summary>
public sealed class LiveService : IAsyncDisposable
{
    // Real time, and far more than anything takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly (string, string)[] _settings;
    private TaskApiFactory _api;
    private HttpClient _client;

    /// <param name="settings">Configuration that goes before the service's own.</param>
    public LiveService(params (string Key, string Value)[] settings)
    {
        _settings = settings;
        (_api, _client) = Start("http://127.0.0.1:0");
    }

    /// <summary>Where the service listens.</summary>
    public Uri Address => _client.BaseAddress!;

    /// <summary>The streams that are open, as the service itself counts them.</summary>
    public int Streams => _api.Services.GetRequiredService<OpenCalls>().Count(OpenCallKind.Stream);

    /// <summary>Goes on when so many streams are open.</summary>
    public async Task StreamsReach(int count)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (Streams != count)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < _patience, $"{Streams} streams are open.");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Stops the service.</summary>
    public async Task Stop()
    {
        _client.Dispose();
        await _api.DisposeAsync();
    }

    /// <summary>Starts another one where the stopped one listened.</summary>
    public void StartAgain(Uri address) => (_api, _client) = Start(address.GetLeftPart(UriPartial.Authority));

    /// <summary>Creates tasks that the service must accept, and answers with their ids.</summary>
    /// <param name="json">An array of create bodies.</param>
    public async Task<string[]> Create(string json)
    {
        var answer = await Post("tasks/batch", json);
        return [.. answer.Items("tasks").Select(TaskJson.Id)];
    }

    /// <summary>Makes a call that the service must accept.</summary>
    public async Task<JsonElement> Post(string path, string json)
    {
        using var content = new StringContent(json, null, "application/json");
        using var reply = await _client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await reply.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    /// <summary>Takes a task as a worker, when there is one, and answers with the token of its lease.</summary>
    public async Task<string> Acquire(string queue)
    {
        var acquired = await Post("work/acquire", $$"""{"worker":"here","queues":["{{queue}}"],"waitSeconds":20}""");
        return acquired.GetProperty("tasks")[0].GetProperty("lease").Text("token")!;
    }

    /// <summary>Has a task of the type resize fail, in the queue images, and answers with its id.</summary>
    public async Task<string> FailOne()
    {
        var id = Assert.Single(await Create("""[{"type":"resize","queue":"images"}]"""));
        await Post("work/finish", $$$"""{"outcomes":[{"token":"{{{await Acquire("images")}}}","error":{"reason":"OSError","detail":"no"}}]}""");
        return id;
    }

    /// <summary>What there is at a path.</summary>
    public Task<JsonElement> Get(string path) => _client.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    /// <summary>A task as it stands.</summary>
    public Task<JsonElement> Look(string id) => Get($"tasks/{id}");

    /// <summary>The tasks, the oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> List() =>
        (await Get("tasks?limit=1000")).Items("tasks");

    public async ValueTask DisposeAsync() => await Stop();

    private (TaskApiFactory, HttpClient) Start(string address)
    {
        var api = new TaskApiFactory([("urls", address), .. _settings])
        {
            Registrations = static services => services.Replace(ServiceDescriptor.Singleton(TimeProvider.System)),
        };
        api.UseKestrel();
        api.StartServer();
        return (api, new HttpClient { BaseAddress = api.ClientOptions.BaseAddress, Timeout = _patience });
    }
}
