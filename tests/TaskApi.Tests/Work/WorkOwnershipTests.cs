using System.Net;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Security;

namespace TaskApi.Tests.Work;

/// <summary>A worker takes its key's tasks alone.</summary>
public sealed class WorkOwnershipTests : KeyedServiceTests
{
    private const string Acquire = """{"worker":"w","queues":["resize"],"max":10}""";

    [Fact]
    public async Task Work_OfAnotherKey_IsNotThere()
    {
        (await North(HttpMethod.Post, "/tasks", """{"type":"resize"}""")).IsJson(HttpStatusCode.Accepted);

        Assert.Empty((await South(HttpMethod.Post, "/work/acquire", Acquire)).IsJson(HttpStatusCode.OK).Items("tasks"));
        var task = Assert.Single((await North(HttpMethod.Post, "/work/acquire", Acquire)).IsJson(HttpStatusCode.OK).Items("tasks"));
        var token = task.GetProperty("lease").Text("token");
        var outcome = $$"""{"outcomes":[{"token":"{{token}}","result":1}]}""";
        var lost = Assert.Single((await South(HttpMethod.Post, "/work/finish", outcome)).IsJson(HttpStatusCode.OK).Items("outcomes"));
        Assert.Equal("urn:taskapi:problem:lease-lost", lost.GetProperty("problem").Text("type"));
        var beat = (await South(HttpMethod.Post, "/work/heartbeat", $$"""{"worker":"w","leases":[{"token":"{{token}}"}]}""")).IsJson(HttpStatusCode.OK);
        Assert.Null(Assert.Single(beat.Items("lost")).Text("id"));
        (await South(HttpMethod.Get, $"/tasks/{task.Id()}/attempts")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        Assert.Equal("completed", Assert.Single((await North(HttpMethod.Post, "/work/finish", outcome)).IsJson(HttpStatusCode.OK).Items("outcomes")).Status());
        (await South(HttpMethod.Post, $"/tasks/{task.Id()}/rerun")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        Assert.Equal(0, (await South(HttpMethod.Post, "/tasks/rerun?status=completed")).IsJson(HttpStatusCode.Accepted).Number("created"));
    }

    [Theory]
    [InlineData("/work/acquire")]
    [InlineData("/work/heartbeat")]
    [InlineData("/work/finish")]
    [InlineData("/work/nothing")]
    public async Task Work_WithoutAKey_IsRefused(string path) => (await Post(path, "{}")).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");
}
