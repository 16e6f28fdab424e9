using System.Net;
using System.Text.Json;
using TaskApi.Engine.Model;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary>Long messages, names and reasons can't take more memory than tasks may.</summary>
public sealed class MemoryBoundTests() : EndpointTests(("Tasks:MaxTaskBytes", "1048576"), ("Tasks:MaxFinished", "10"))
{
    private static readonly string _long = $$"""{"message":"{{new string('€', 4096)}}","delaySeconds":60}""";

    [Fact]
    public async Task Create_MemoryTaken_IsRefusedUntilTasksAreForgotten()
    {
        var first = await Fill();
        Assert.InRange(first, 70, 90);
        (await Post("/tasks", """{"message":"Hei"}""")).IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached");
        (await Post("/tasks/batch", """[{"message":"Hei"}]""")).IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached");

        (await Delete("/tasks?all=true")).Is(HttpStatusCode.OK);
        var second = await Fill();
        Assert.InRange(second, first - 11, first);
        (await Delete("/tasks?all=true")).Is(HttpStatusCode.OK);
        Assert.Equal(second, await Fill());
    }

    [Fact]
    public async Task Reschedule_MemoryTaken_TakesNoOtherMessage()
    {
        var id = await Create(60);
        await Fill();
        (await Patch($"/tasks/{id}", """{"message":"Bye"}""")).IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached");
        (await Patch($"/tasks/{id}", """{"delaySeconds":1}""")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Reschedule_ToLongMessages_TakesMemory()
    {
        var reply = await Post("/tasks", """{"message":"Hei","delaySeconds":60}""");
        var count = 0;
        for (; reply.Status == HttpStatusCode.Accepted; count++)
        {
            await Patch($"/tasks/{reply.Json.Id()}", JsonSerializer.Serialize(new { message = new string('m', 4096) }));
            reply = await Post("/tasks", """{"message":"Hei","delaySeconds":60}""");
        }

        reply.IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached");
        Assert.InRange(count, 110, 140);
    }

    [Fact]
    public void Defaults_AreSharesOfTheMemory()
    {
        var options = new TaskOptions();
        Assert.Equal(MemoryBudget.Available / 2, options.MaxTaskBytes);
        Assert.Equal(Math.Min(10_000_000, options.MaxTaskBytes / 256), options.MaxPending);
    }

    private async Task<int> Fill()
    {
        var count = 0;
        while ((await Post("/tasks", _long)).Status == HttpStatusCode.Accepted)
            count++;
        return count;
    }
}
