using TaskApi.Client;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Client;

/// <summary>Base of the tests of the .NET client against the service, whose clock is the test's.</summary>
public abstract class ClientTests : EndpointTests
{
    protected static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;

    protected ClientTests(params (string Key, string Value)[] settings)
        : base(settings)
    {
        _http = Api.CreateTestClient();
        Tasks = new TaskApiClient(_http, new TaskApiClientOptions { LongPoll = LongPoll, RetryDelay = TimeSpan.FromMilliseconds(1) });
    }

    /// <summary>The client.</summary>
    protected TaskApiClient Tasks { get; }

    protected static CancellationToken Ended => TestContext.Current.CancellationToken;

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        GC.SuppressFinalize(this);
        return base.DisposeAsync();
    }

    /// <summary>Creates a task that is due in so many seconds.</summary>
    protected Task<TaskHandle> CreateTask(double seconds, string message = "Hei") => Tasks.CreateAsync(message, Seconds(seconds), Ended);
}
