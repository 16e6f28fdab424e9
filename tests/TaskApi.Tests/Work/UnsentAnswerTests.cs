using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Api.Work;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Answers to workers that nobody gets.</summary>
public sealed class UnsentAnswerTests : WorkEndpointTests
{
    [Fact]
    public async Task Acquire_WhoseAnswerReachesNobody_GivesTheTasksBack()
    {
        var id = (await CreateWork()).Id();
        var work = Api.Services.GetRequiredService<IWorkSource>();
        var acquired = await work.AcquireAsync(WorkAcquire.OfWorker("", Worker, ["resize"], max: 1, Seconds(30), TimeSpan.Zero), TestContext.Current.CancellationToken);
        var hungUp = new DefaultHttpContext { RequestServices = Api.Services, RequestAborted = new CancellationToken(canceled: true) };

        var answer = new AcquiredWork(work, Api.Services.GetRequiredService<ITaskQueries>(), Api.Services.GetRequiredService<WorkerSpans>(), acquired.Tasks, TakenOutcomes.None);
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => answer.ExecuteAsync(hungUp));

        // As if it had never been started.
        var task = Assert.Single((await Acquire()).Items("tasks"));
        Assert.Equal((id, 1), (task.Id(), task.Number("attempt")));
    }
}
