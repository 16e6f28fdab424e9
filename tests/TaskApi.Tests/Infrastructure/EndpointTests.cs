using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace TaskApi.Tests.Infrastructure;

/// <summary>Base of the tests that talk HTTP to a service of their own: each test has a fresh one.</summary>
/// <param name="api">The service; disposed after the test.</param>
public abstract class EndpointTests(TaskApiFactory api) : IAsyncDisposable
{
    // Real time, and far more than any answer takes. HttpClient's own limit would wait for a server that doesn't notice a hang-up.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client = api.CreateTestClient();

    protected EndpointTests(params (string Key, string Value)[] settings)
        : this(new TaskApiFactory(settings))
    {
    }

    /// <summary>The service.</summary>
    protected TaskApiFactory Api { get; } = api;

    /// <summary>The service's clock.</summary>
    protected ManualTimeProvider Clock => Api.Clock;

    /// <summary>The wall clock's time, in the precision of the contract.</summary>
    protected DateTimeOffset Now => Clock.GetUtcNow();

    public virtual async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Rounded to a tick, where TimeSpan.FromSeconds cuts: 262.143 s would be a tick less than 262,143 ms.</summary>
    protected static TimeSpan Seconds(double seconds) => TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));

    /// <summary>Content of any media type, or of none.</summary>
    protected static HttpContent Content(string body, string? mediaType = "application/json")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        return content;
    }

    protected Task<Reply> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, headers);

    protected Task<Reply> Post(string path, string json, params (string Name, string Value)[] headers) => Send(HttpMethod.Post, path, Content(json), headers);

    protected Task<Reply> Patch(string path, string json) => Send(HttpMethod.Patch, path, Content(json));

    protected Task<Reply> Delete(string path) => Send(HttpMethod.Delete, path, null);

    protected async Task<Reply> Send(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken).WaitAsync(_patience, TestContext.Current.CancellationToken);
        return await Reply.Read(response);
    }

    /// <summary>Sends a call and answers as soon as the head of its answer is there; the rest is read as it comes.</summary>
    protected async Task<StreamedReply> Open(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return new StreamedReply(request, await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }

    /// <summary>A call whose client hangs up when <paramref name="hangUp"/> is cancelled.</summary>
    protected async Task<Reply> GetUntil(string path, CancellationToken hangUp)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), hangUp).WaitAsync(_patience, TestContext.Current.CancellationToken);
        return await Reply.Read(response);
    }

    /// <summary>A call whose client hangs up when <paramref name="hangUp"/> is cancelled.</summary>
    protected async Task<Reply> PostUntil(string path, string json, CancellationToken hangUp)
    {
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), Content(json), hangUp).WaitAsync(_patience, TestContext.Current.CancellationToken);
        return await Reply.Read(response);
    }

    /// <summary>Waits for a task that stays pending, and hangs up after a while.</summary>
    /// <param name="waitSeconds">How long the client would have waited.</param>
    /// <param name="afterSeconds">When it hangs up.</param>
    protected async Task HangUp(double waitSeconds, double afterSeconds)
    {
        var id = await Create(100);
        using var hangUp = new CancellationTokenSource();
        var wait = GetUntil(string.Create(CultureInfo.InvariantCulture, $"/tasks/{id}?waitSeconds={waitSeconds}"), hangUp.Token);
        await Clock.TimerArmed(Seconds(waitSeconds));
        Clock.Advance(Seconds(afterSeconds));

        await hangUp.CancelAsync();
        await wait.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    /// <summary>Creates a task that the service must accept, and answers with it.</summary>
    protected async Task<JsonElement> Create(string json) => (await Post("/tasks", json)).IsJson(HttpStatusCode.Accepted);

    /// <summary>Creates a task with nothing but a message and a delay, and answers with its id.</summary>
    protected async Task<string> Create(double delaySeconds) =>
        (await Create(string.Create(CultureInfo.InvariantCulture, $$"""{"message":"Hei","delaySeconds":{{delaySeconds}}}"""))).Id();

    /// <summary>Creates a task for each delay, and answers with their ids.</summary>
    protected async Task<string[]> CreateAll(params double[] delays)
    {
        var ids = new string[delays.Length];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = await Create(delays[i]);
        return ids;
    }

    /// <summary>The task as it stands.</summary>
    protected async Task<JsonElement> Look(string id) => (await Get($"/tasks/{id}")).IsJson(HttpStatusCode.OK);

    /// <summary>The task once it is finished: for tasks whose time has come but which the service may still be finishing.</summary>
    protected async Task<JsonElement> Finished(string id)
    {
        var task = (await Get($"/tasks/{id}?waitSeconds=300")).IsJson(HttpStatusCode.OK);
        Assert.True(task.GetProperty("done").GetBoolean(), $"Not finished: {task}");
        return task;
    }

    /// <summary>Lets time pass, and everything that comes due meanwhile be done: the service may finish tasks on threads of its own.</summary>
    protected async Task Pass(TimeSpan by)
    {
        var id = await Create(by.TotalSeconds);
        Clock.Advance(by);
        await Finished(id);
    }
}
