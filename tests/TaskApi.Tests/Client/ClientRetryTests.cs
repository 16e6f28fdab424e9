using System.Net;
using System.Net.Http.Headers;
using TaskApi.Client;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Client;

/// <summary>Which calls are made again, and when.</summary>
public sealed class ClientRetryTests : EndpointTests
{
    private readonly FaultyNetwork _network;
    private readonly HttpClient _http;
    private readonly TaskApiClient _tasks;

    public ClientRetryTests()
    {
        _network = new FaultyNetwork();
        _http = Api.CreateDefaultClient(_network);
        _tasks = new TaskApiClient(_http, new TaskApiClientOptions { Retries = 2, RetryDelay = TimeSpan.FromMilliseconds(1), Timeout = TimeSpan.FromSeconds(30) });
    }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return base.DisposeAsync();
    }

    [Fact]
    public async Task Create_WhoseAnswersAreLost_CreatesOneTask()
    {
        _network.LoseAnswers(2);

        var task = await _tasks.CreateAsync("Hei", Seconds(5), Ended);

        Assert.Equal(3, _network.Calls.Count);
        Assert.Single(_network.Calls.Distinct());
        Assert.Equal(1, (await _tasks.GetStatsAsync(Ended)).Created);
        Assert.Equal("Hei", (await task.GetAsync(Ended)).Message);
    }

    [Fact]
    public async Task CreateMany_WhoseAnswerIsLost_CreatesThemOnce()
    {
        _network.LoseAnswers(1);

        Assert.Equal(2, (await _tasks.CreateManyAsync([new NewTask("a"), new NewTask("b")], cancellationToken: Ended)).Count);
        Assert.Equal(2, (await _tasks.GetStatsAsync(Ended)).Created);
    }

    [Fact]
    public async Task Get_LostMoreOftenThanItIsRepeated_Throws()
    {
        var task = await _tasks.CreateAsync("Hei", Seconds(5), Ended);
        _network.LoseAnswers(3);

        await Assert.ThrowsAsync<HttpRequestException>(() => task.GetAsync(Ended));
        Assert.Equal(TaskState.Pending, (await task.GetAsync(Ended)).Status);
    }

    [Fact]
    public async Task Schedule_WhoseAnswersAreLost_IsAskedForAgain_UnlessOnACondition()
    {
        var hourly = new NewSchedule { Cron = "@hourly", Task = new NewTask("Hei") };
        _network.LoseAnswers(1);
        var read = await _tasks.Schedules.PutAsync("s", hourly, cancellationToken: Ended);
        _network.LoseAnswers(1);
        await _tasks.Schedules.TriggerAsync("s", Ended);
        foreach (var change in (Func<Task>[])[() => _tasks.Schedules.PauseAsync("s", read, Ended), () => _tasks.Schedules.CreateAsync("t", hourly, Ended), () => _tasks.Schedules.DeleteAsync("s", cancellationToken: Ended)])
        {
            _network.LoseAnswers(1);
            await Assert.ThrowsAsync<HttpRequestException>(change);
        }

        Assert.Equal(1, (await _tasks.GetStatsAsync(Ended)).Created);
        Assert.Equal("t", Assert.Single(await _tasks.Schedules.ListAsync(Ended).ToListAsync(Ended)).Name);
    }

    [Fact]
    public async Task Change_Lost_IsNotRepeated()
    {
        var task = await _tasks.CreateAsync("Hei", Seconds(5), Ended);
        foreach (var change in (Func<Task>[])[() => task.CancelAsync(cancellationToken: Ended), () => task.RescheduleAsync(Seconds(1), Ended), () => _tasks.CancelAllAsync(cancellationToken: Ended)])
        {
            _network.Calls.Clear();
            _network.LoseAnswers(1);

            await Assert.ThrowsAsync<HttpRequestException>(change);
            Assert.Single(_network.Calls);
        }
    }

    [Fact]
    public async Task Get_RefusedForAMoment_IsRepeatedAfterThePauseAskedFor()
    {
        var task = await _tasks.CreateAsync("Hei", Seconds(5), Ended);
        _network.Refuse(HttpStatusCode.ServiceUnavailable, TimeSpan.Zero, times: 2);

        Assert.Equal(TaskState.Pending, (await task.GetAsync(Ended)).Status);
    }

    [Fact]
    public async Task Create_RefusedForLong_ThrowsWithThePauseAskedFor()
    {
        _network.Refuse(HttpStatusCode.TooManyRequests, TimeSpan.Zero, times: 3);

        var busy = await Assert.ThrowsAsync<ServiceBusyException>(() => _tasks.CreateAsync("Hei", Seconds(5), Ended));

        Assert.Equal((429, TimeSpan.Zero), (busy.Problem.Status, busy.RetryAfter));
    }

    [Fact]
    public async Task Invalid_IsNotRepeated()
    {
        await Assert.ThrowsAsync<InvalidRequestException>(() => _tasks.CreateAsync("", Seconds(5), Ended));

        Assert.Single(_network.Calls);
    }

    [Fact]
    public async Task AsCompleted_WhoseStreamIsLost_GoesOnWithTheRest()
    {
        TaskHandle[] tasks = [await _tasks.CreateAsync("Hei", TimeSpan.Zero, Ended), await _tasks.CreateAsync("Hei", TimeSpan.Zero, Ended)];
        _network.LoseAnswers(2);

        Assert.Equal(2, await _tasks.AsCompletedAsync(tasks, Ended).CountAsync(Ended));
    }

    [Fact]
    public async Task Call_ThatIsNeverAnswered_IsATimeout()
    {
        using var http = new HttpClient(new SilentService()) { BaseAddress = new Uri("http://localhost") };
        var tasks = new TaskApiClient(http, new TaskApiClientOptions { Timeout = TimeSpan.FromMilliseconds(20), Retries = 1, RetryDelay = TimeSpan.Zero });

        await Assert.ThrowsAsync<TimeoutException>(() => tasks.CreateAsync("Hei", Seconds(5), Ended));
        await Assert.ThrowsAsync<TimeoutException>(() => tasks.EventsAsync(cancellationToken: Ended).FirstAsync(Ended).AsTask());
    }

    [Fact]
    public void Client_WithoutAnAddress_IsRefused()
    {
        using var http = new HttpClient();

        Assert.Throws<ArgumentException>(() => new TaskApiClient(http));
    }

    private sealed class FaultyNetwork : DelegatingHandler
    {
        private int _toLose;
        private int _toRefuse;
        private HttpStatusCode _status;
        private TimeSpan _retryAfter;

        /// <summary>The keys of the calls that were made.</summary>
        public List<string> Calls { get; } = [];

        /// <summary>The next calls arrive, and their answers don't.</summary>
        public void LoseAnswers(int times) => _toLose = times;

        /// <summary>The next calls are refused.</summary>
        public void Refuse(HttpStatusCode status, TimeSpan retryAfter, int times) => (_status, _retryAfter, _toRefuse) = (status, retryAfter, times);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls.Add(request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : request.RequestUri!.PathAndQuery);
            if (_toRefuse-- > 0)
                return new HttpResponseMessage(_status) { Headers = { RetryAfter = new RetryConditionHeaderValue(_retryAfter) } };
            var response = await base.SendAsync(request, cancellationToken);
            if (_toLose-- <= 0)
                return response;
            response.Dispose();
            throw new HttpRequestException("The answer is lost.");
        }
    }

    private sealed class SilentService : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new HttpResponseMessage();
        }
    }
}
