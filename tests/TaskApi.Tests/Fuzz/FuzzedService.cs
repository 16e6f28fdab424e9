using System.Buffers;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Hosting;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Fuzz;

/// <summary>
/// The service on a socket, with small limits so that little is needed to pass them, and on the manual clock, which goes on
/// while a call is held open: so the longest wait takes no time. Where it is several nodes, the requests go to one after the other.
/// </summary>
public sealed class FuzzedService : IAsyncDisposable
{
    // Real time, and far more than any answer takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(1);

    // Errors only: Kestrel itself warns of some connections that are closed in the middle of a request (dotnet/aspnetcore#52324).
    private readonly LogRecorder _log = new(LogLevel.Error);
    private readonly CountedCallbacks _callbacks = new();
    private readonly TaskApiFactory _api;
    private readonly HttpClient _client;
    private readonly OpenCalls[] _calls;
    private TaskSnapshot? _pending;
    private int _sent;
    private int _told;
    private int _marked;

    public FuzzedService()
        : this([])
    {
    }

    /// <param name="settings">Configuration that goes before the fuzz's own.</param>
    internal FuzzedService((string Key, string Value)[] settings)
    {
        _api = new TaskApiFactory(
        [
            ("Tasks:MaxWaitSeconds", "1"), ("Tasks:MaxBatch", "100"), ("Tasks:Retention", "30.00:00:00"),
            ("Limits:MaxBodyBytes", "16384"), ("Limits:MaxBatchBodyBytes", "65536"), .. settings,
        ])
        {
            Registrations = services => services.AddLogging(logging => logging.AddProvider(_log)).Replace(ServiceDescriptor.Singleton<ICallbackBody>(_callbacks)),
        };
        foreach (var node in _api.Nodes)
            node.StartOnSocket();
        // As they are: no header is left out because it is not ASCII, and no answer is followed elsewhere.
        var connections = new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8, AllowAutoRedirect = false, UseCookies = false };
        _client = new HttpClient(new DescribedAnswers { InnerHandler = connections });
        _calls = [.. _api.Nodes.Select(static node => node.Services.GetRequiredService<OpenCalls>())];
    }

    /// <summary>Where it listens.</summary>
    internal Uri Address => _api.ClientOptions.BaseAddress;

    /// <summary>Its storage.</summary>
    internal ITaskStorage Storage => _api.Services.GetRequiredService<ITaskStorage>();

    /// <summary>How many tasks callbacks have made, or are about to: at any time, since tasks are done at any time.</summary>
    internal int Callbacks => _callbacks.Count;

    /// <summary>What <see cref="Callbacks"/> was at the call before this one.</summary>
    internal int MarkCallbacks() => Interlocked.Exchange(ref _marked, _callbacks.Count);

    /// <summary>Every route that it has.</summary>
    internal async Task<IReadOnlyList<FuzzedRoute>> Routes() => FuzzedRoute.All(_api.Services.GetRequiredService<ApiRoutes>().Source, await ApiDescription.Current);

    /// <summary>A task that is pending for long: the same one until a request cancels it, or has it come due earlier.</summary>
    internal async Task<TaskSnapshot> Pending()
    {
        if (_pending is not null && await Find(_pending.Id) is { IsDone: false } found && found.DueAt >= _api.Clock.GetUtcNow().AddDays(30))
            return found;
        return _pending = await Create(TimeSpan.FromDays(365));
    }

    /// <summary>A task that has completed.</summary>
    internal Task<TaskSnapshot> Completed() => Completed(Storage);

    /// <summary>Sends a request, and answers with the answer as soon as its head is there.</summary>
    internal async Task<HttpResponseMessage> Send(HostileRequest request)
    {
        var node = _api.Nodes[_sent++ % _api.Nodes.Count];
        using var message = request.ToMessage(node.ClientOptions.BaseAddress);
        return await Within(_client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }

    /// <summary>What something under way comes to; meanwhile the clock goes on if the service holds a call open.</summary>
    internal async Task<T> Within<T>(Task<T> underWay)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!underWay.IsCompleted)
        {
            if (Open(OpenCallKind.Wait) + Open(OpenCallKind.Stream) > 0)
                _api.Clock.Advance(_maxWait);
            Assert.True(TimeProvider.System.GetElapsedTime(started) < _patience, "There is no answer.");
            await Task.WhenAny(underWay, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        return await underWay;
    }

    /// <summary>What is wrong with the service after all that has been sent since the last time: nothing, if it answers, still completes tasks, holds no call open and has logged no fault.</summary>
    internal async Task<IReadOnlyList<string>> Ailments()
    {
        var lines = _log.Lines.Skip(_told).ToList();
        _told += lines.Count;
        // A URL that can't be called is the caller's affair.
        var ailments = lines.Where(static line => !line.Contains(" of type http failed in attempt ", StringComparison.Ordinal)).ToList();
        foreach (var node in _api.Nodes)
        {
            using var ready = await Send(new("GET", "/health/ready"));
            if (ready.StatusCode != HttpStatusCode.OK)
                ailments.Add($"/health/ready answers {(int)ready.StatusCode}");
            if ((await Completed(node.Services.GetRequiredService<ITaskStorage>())).State != TaskState.Completed)
                ailments.Add("tasks don't complete");
        }

        var started = TimeProvider.System.GetTimestamp();
        while (Callers > 0 && TimeProvider.System.GetElapsedTime(started) < _patience)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        if (Callers > 0)
            ailments.Add($"{Open(OpenCallKind.Wait)} waits and {Open(OpenCallKind.Stream)} streams are still open");
        return ailments;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _api.DisposeAsync();
    }

    private int Callers => _calls.Sum(static calls => calls.Callers);

    private int Open(OpenCallKind kind) => _calls.Sum(calls => calls.Count(kind));

    private async Task<TaskSnapshot> Completed(ITaskStorage storage)
    {
        var task = await Create(TimeSpan.Zero);
        var watched = await storage.WatchAsync("", task.Id, TestContext.Current.CancellationToken);
        return watched.Completion is { } completion ? await Within(completion.Task) : watched.Task!;
    }

    private async Task<TaskSnapshot?> Find(Guid id) => (await Storage.FindAsync("", id, TestContext.Current.CancellationToken)).Task;

    private async Task<TaskSnapshot> Create(TimeSpan delay) =>
        (await Storage.CreateAsync("", new TaskSpec { Message = "Hei", Schedule = new(delay.TotalSeconds) }, watch: false, TestContext.Current.CancellationToken)).Task!;

    private sealed class CountedCallbacks : ICallbackBody
    {
        private readonly CallbackBody _body = new();
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Write(IBufferWriter<byte> output, TaskSnapshot task)
        {
            Interlocked.Increment(ref _count);
            _body.Write(output, task);
        }
    }
}
