using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Client;
using TaskApi.Reading;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Programs;

/// <summary>What events tell of attempts, in the process and over HTTP.</summary>
public sealed class AttemptEventTests() : EndpointTests(new TaskApiFactory
{
    Registrations = static services => services.AddHandlerDelegate(static int (string detail) => throw new InvalidOperationException(detail), "fail", configure: null),
})
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retrying_ToldToAProgram_HasTheErrorOfTheAttempt(bool isLocal)
    {
        var tasks = isLocal ? Api.Services.GetRequiredService<ITasks>() : new TaskApiClient(Api.CreateTestClient());
        var task = await tasks.CreateAsync("fail", "No good.", new() { Delay = Seconds(50), Retry = new TaskRetry { MaxAttempts = 2 } }, Ended);

        var retrying = tasks.EventsAsync(new EventFilter { Tasks = [task] }, cancellationToken: Ended).FirstAsync(static happened => happened.Kind == TaskEventKind.Retrying, Ended).AsTask();
        await Clock.TimerArmed(Seconds(isLocal ? 60 : 15));
        Clock.Advance(Seconds(50));

        Assert.Equal(new TaskError("InvalidOperationException", "No good."), (await retrying).Task!.Error);
        Assert.Null((await task.GetAsync(Ended)).Error);
    }
}
