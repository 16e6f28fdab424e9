using System.Net;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Tests.Infrastructure;
using Barrier = TaskApi.Tests.Work.Handlers.Barrier;

namespace TaskApi.Tests.Work.Workers;

/// <summary>A worker's calls that are held for a short time: that they come back then is no reason to pause.</summary>
public sealed class WorkerPollTests : EndpointTests
{
    private const int Enough = 5;

    private readonly ManualTimeProvider _clock = new();
    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    // The service holds calls for as long as it is set to, at the most.
    [Theory]
    [InlineData(400, 400)]
    [InlineData(30_000, 1_000)]
    public async Task CallForTasks_ThatIsHeldForItsTime_IsFollowedByTheNextAtOnce(int asked, int held)
    {
        await using var worker = await WorkerProgram.Start(
            Api, worker => WithClock(worker.AddHandler("one", static () => 1)), options => options.LongPoll = TimeSpan.FromMilliseconds(asked),
            (request, _) => request.RequestUri!.AbsolutePath == "/work/acquire" ? Hold(TimeSpan.FromMilliseconds(held), """{"tasks":[]}""") : null);

        await _called.Task.WaitAsync(Seconds(30), Ended);
    }

    [Fact]
    public async Task Heartbeat_ThatIsHeldForItsTime_IsFollowedByTheNextAtOnce()
    {
        var barrier = new Barrier();
        await using var worker = await WorkerProgram.Start(
            Api, worker => WithClock(worker.AddHandler("wait", () => barrier.Pass())), static options => options.Lease = TimeSpan.FromSeconds(1),
            (request, _) => request.RequestUri!.AbsolutePath == "/work/heartbeat" ? Hold(TimeSpan.FromMilliseconds(334), """{"cancel":[],"lost":[],"drain":false}""") : null);
        await Create("""{"type":"wait"}""");

        await _called.Task.WaitAsync(Seconds(30), Ended);
        barrier.Open();
    }

    // What is given up for new leases may be on its way still.
    [Fact]
    public async Task Heartbeats_ThatAreGivenUpForNewLeases_AreFollowedByOneThatIsNot()
    {
        var barrier = new Barrier();
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = await WorkerProgram.Start(
            Api, worker => WithClock(worker.AddHandler("wait", () => barrier.Pass())), static options => options.Lease = TimeSpan.FromSeconds(30), isLost: (request, body) =>
            {
                if (request.RequestUri!.AbsolutePath != "/work/heartbeat")
                    return false;
                var isHeld = JsonDocument.Parse(body).RootElement.GetProperty("waitSeconds").GetDouble() > 0;
                (isHeld ? lost : _called).TrySetResult();
                return isHeld;
            });
        await Create("""{"type":"wait"}""");
        await lost.Task.WaitAsync(Seconds(30), Ended);

        _clock.Advance(Seconds(10));
        await Create("""{"type":"wait"}""");
        await _clock.TimerArmed(TimeSpan.FromMilliseconds(20));
        _clock.Advance(TimeSpan.FromMilliseconds(20));

        await _called.Task.WaitAsync(Seconds(30), Ended);
        barrier.Open();
    }

    // With time for another before the lease is over, of which a third was over when it was made.
    [Theory]
    [InlineData(30, 15)]
    [InlineData(12, 6)]
    [InlineData(3, 2)]
    public async Task Heartbeat_ThatIsLost_IsGivenUpInTimeForAnother(int lease, int givenUp)
    {
        var barrier = new Barrier();
        await using var worker = await WorkerProgram.Start(
            Api, worker => WithClock(worker.AddHandler("wait", () => barrier.Pass())), options => (options.Lease, options.Timeout) = (TimeSpan.FromSeconds(lease), TimeSpan.FromSeconds(20)),
            isLost: static (request, _) => request.RequestUri!.AbsolutePath == "/work/heartbeat");
        await Create("""{"type":"wait"}""");

        await _clock.TimerArmed(Seconds(givenUp));
        barrier.Open();
    }

    private void WithClock(TaskHandlersBuilder worker) => worker.Services.AddSingleton<TimeProvider>(_clock);

    // Answers once so much time has passed; what comes after enough calls goes to the service.
    private HttpResponseMessage? Hold(TimeSpan time, string answer)
    {
        if (Interlocked.Increment(ref _calls) > Enough)
        {
            _called.TrySetResult();
            return null;
        }

        _clock.Advance(time);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, MediaTypeNames.Application.Json) };
    }
}
