using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Api.Work;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Calls of workers that are one too many, and answers that nobody gets.</summary>
public sealed class WorkLimitsTests : WorkEndpointTests
{
    private const string Held = """{"worker":"w","queues":["q"],"waitSeconds":60}""";

    public WorkLimitsTests()
        : base(("Limits:MaxWaitsPerCaller", "1"))
    {
    }

    [Theory]
    [InlineData("/work/acquire", Held)]
    [InlineData("/work/heartbeat", """{"worker":"w","waitSeconds":60}""")]
    public async Task Work_HeldOnceTooOften_IsRefused(string path, string body)
    {
        var holding = Post("/work/acquire", Held);
        await Clock.TimerArmed(Seconds(60));

        Assert.NotNull((await Post(path, body)).IsProblem(HttpStatusCode.TooManyRequests, "rate-limited").Header("Retry-After"));

        Clock.Advance(Seconds(60));
        (await holding).IsJson(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Acquire_WhoseAnswerReachesNobody_GivesTheTasksBack()
    {
        var id = (await CreateWork()).Id();
        var work = Api.Services.GetRequiredService<IWorkSource>();
        var acquired = await work.AcquireAsync(WorkAcquire.OfWorker("", Worker, ["resize"], max: 1, Seconds(30), TimeSpan.Zero), TestContext.Current.CancellationToken);
        var hungUp = new DefaultHttpContext { RequestServices = Api.Services, RequestAborted = new CancellationToken(canceled: true) };

        var answer = new AcquiredWork(work, Api.Services.GetRequiredService<WorkerSpans>(), acquired.Tasks, TakenOutcomes.None);
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => answer.ExecuteAsync(hungUp));

        // As if it had never been started.
        var task = Assert.Single((await Acquire()).Items("tasks"));
        Assert.Equal((id, 1), (task.Id(), task.Number("attempt")));
    }
}
