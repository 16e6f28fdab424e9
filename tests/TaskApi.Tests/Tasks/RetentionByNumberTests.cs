using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary>How many finished tasks are remembered.</summary>
public sealed class RetentionByNumberTests() : EndpointTests(("Tasks:MaxFinished", "3"))
{
    [Fact]
    public async Task Finished_MoreThanAreKept_OldestAreForgottenFirst()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await Create(100));
            await Delete($"/tasks/{ids[i]}");
        }

        foreach (var id in ids.Take(2))
            (await Get($"/tasks/{id}")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        foreach (var id in ids.Skip(2))
            Assert.Equal("cancelled", (await Look(id)).Status());
    }

    [Fact]
    public async Task Finished_InAnotherOrderThanCreated_OldestEndIsForgottenFirst()
    {
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
            ids.Add(await Create(100));

        foreach (var i in (int[])[3, 0, 1, 2])
        {
            Clock.Advance(Seconds(0.001));
            await Delete($"/tasks/{ids[i]}");
        }

        (await Get($"/tasks/{ids[3]}")).Is(HttpStatusCode.NotFound);
        (await Get($"/tasks/{ids[0]}")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Pending_HoweverMany_AreNeverForgotten()
    {
        var ids = new List<string>();
        for (var i = 0; i < 50; i++)
            ids.Add(await Create(100));
        await Delete($"/tasks/{await Create(100)}");

        foreach (var id in ids)
            Assert.Equal("pending", (await Look(id)).Status());
    }
}
