using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Who works.</summary>
public sealed class WorkerListTests : WorkEndpointTests
{
    [Fact]
    public async Task Workers_ThatHaveCalled_AreListed()
    {
        await Run();

        var worker = Assert.Single((await Get("/work/workers")).IsJson(HttpStatusCode.OK).Items("workers"));

        Assert.Equal((Worker, "[\"resize\"]", 1, Now), (worker.Text("worker"), worker.GetProperty("queues").GetRawText(), worker.Number("running"), worker.Instant("lastSeenAt")));
        Clock.Advance(Seconds(61));
        Assert.Empty((await Get("/work/workers")).IsJson(HttpStatusCode.OK).Items("workers"));
    }
}
