using System.Globalization;
using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class CapacityTests() : EndpointTests(("Tasks:MaxPending", "3"))
{
    private const string Body = """{"message":"Hei","delaySeconds":10}""";

    [Fact]
    public async Task Create_StorageFull_IsRefusedWithWhenToComeAgain()
    {
        await Fill();

        var reply = (await Post("/tasks", Body)).IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached");

        Assert.InRange(int.Parse(reply.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, int.MaxValue);
        var stats = (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK);
        Assert.Equal((3, 3, 3), (stats.Number("pending"), stats.Number("created"), stats.Number("capacity")));
    }

    [Fact]
    public async Task Create_StorageFullAndWaiting_IsRefusedAtOnce()
    {
        await Fill();

        (await Post("/tasks?waitSeconds=30", Body)).IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached");
    }

    [Fact]
    public async Task Create_OneCancelled_IsAcceptedAgain()
    {
        var id = await Fill();
        await Delete($"/tasks/{id}");

        await Create(Body);
        (await Post("/tasks", Body)).IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached");
    }

    [Fact]
    public async Task Create_AllCompleted_IsAcceptedAgain()
    {
        var id = await Fill();
        Clock.Advance(Seconds(10));
        await Finished(id);

        await Fill();
    }

    [Fact]
    public async Task FullStorage_EverythingElse_GoesOn()
    {
        var id = await Fill();

        (await Patch($"/tasks/{id}", """{"delaySeconds":20}""")).IsJson(HttpStatusCode.OK);
        (await Get("/tasks")).IsJson(HttpStatusCode.OK);
        (await Get($"/tasks/{id}/done")).IsJson(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Create_ManyAtOnce_NoMoreThanTheCapacityAreAccepted()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => Post("/tasks", Body))));

        Assert.Equal(3, replies.Count(reply => reply.Status == HttpStatusCode.Accepted));
        Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.Accepted), reply => reply.IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached"));
    }

    private async Task<string> Fill()
    {
        await Create(Body);
        await Create(Body);
        return (await Create(Body)).Id();
    }
}
