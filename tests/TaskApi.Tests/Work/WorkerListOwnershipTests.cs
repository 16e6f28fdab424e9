using System.Net;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Security;

namespace TaskApi.Tests.Work;

/// <summary>Workers are seen by those whose key they have.</summary>
public sealed class WorkerListOwnershipTests : KeyedServiceTests
{
    private const string Acquire = """{"worker":"w","queues":["resize"],"max":10}""";

    [Fact]
    public async Task Workers_OfAnotherKey_AreNotListedWithWhatTheyRun()
    {
        (await North(HttpMethod.Post, "/tasks", """{"type":"resize"}""")).IsJson(HttpStatusCode.Accepted);
        (await South(HttpMethod.Post, "/work/acquire", Acquire)).IsJson(HttpStatusCode.OK);
        (await North(HttpMethod.Post, "/work/acquire", Acquire)).IsJson(HttpStatusCode.OK);

        Assert.Equal(1, Assert.Single((await North(HttpMethod.Get, "/work/workers")).IsJson(HttpStatusCode.OK).Items("workers")).Number("running"));
        Assert.All((await South(HttpMethod.Get, "/work/workers")).IsJson(HttpStatusCode.OK).Items("workers"), static worker => Assert.Equal(0, worker.Number("running")));
    }
}
