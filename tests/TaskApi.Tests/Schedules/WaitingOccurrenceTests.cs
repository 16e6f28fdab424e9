using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Schedules;

/// <summary>Occurrences that wait for the task of the one before, of schedules that are put again or changed meanwhile.</summary>
public sealed class WaitingOccurrenceTests : ScheduleTests
{
    private const string Waits = """{"everySeconds":60,"overlap":"wait","task":{"type":"report"}}""";

    [Fact]
    public async Task Delete_AndPutAgain_WaitsForTheTaskOfTheNewOne()
    {
        var first = await PutAndLetOneWait();
        (await Delete("/schedules/s")).Is(HttpStatusCode.NoContent);
        (await Put("s", Waits)).Is(HttpStatusCode.Created);

        await AssertTheNextWaitsForTheLast(first);
    }

    [Fact]
    public async Task Change_OfTheOverlapAndBack_WaitsForTheTaskOfTheLastOccurrence()
    {
        var first = await PutAndLetOneWait();
        (await Put("s", Waits.Replace("wait", "allow", StringComparison.Ordinal))).Is(HttpStatusCode.OK);
        Clock.Advance(TimeSpan.FromMinutes(1));
        (await Put("s", Waits)).Is(HttpStatusCode.OK);

        await AssertTheNextWaitsForTheLast(first);
    }

    // The first occurrence's task is there, and the second waits for it.
    private async Task<string> PutAndLetOneWait()
    {
        (await Put("s", Waits)).Is(HttpStatusCode.Created);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Clock.Advance(TimeSpan.FromMinutes(1));
        return Assert.Single(await Ids());
    }

    private async Task AssertTheNextWaitsForTheLast(string first)
    {
        if ((await States("s")).Count == 1) Clock.Advance(TimeSpan.FromMinutes(1));
        var last = Assert.Single(await Ids(), id => id != first);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["pending", "pending"], await States("s"));

        (await Delete($"/tasks/{last}")).Is(HttpStatusCode.OK);
        await Until(async () => (await States("s")).Count == 3);

        Assert.Equal(["pending", "cancelled", "pending"], await States("s"));
    }

    private async Task<IReadOnlyList<string>> Ids() => [.. (await Get("/tasks?schedule=s")).Json.Items("tasks").Select(static task => $"{task.Id()}")];
}
