using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary>A task's one transition, with completion and a client's call after it at the same time.</summary>
public sealed class CancelRaceTests : EndpointTests
{
    private const int PerMillisecond = 4;

    [Fact]
    public async Task Cancel_AgainstCompletion_AnswerAndFinalStateAgree()
    {
        const int Tasks = 6000;
        var replies = await Race(Tasks, (_, id) => Delete($"/tasks/{id}"));

        var (cancelled, completed) = (0, 0);
        foreach (var (id, reply) in replies)
        {
            var final = await Finished(id);
            if (reply.Status == HttpStatusCode.OK)
            {
                cancelled++;
                Assert.Equal("cancelled", final.Status());
                Assert.Equal(reply.Json.ToString(), final.ToString());
            }
            else
            {
                completed++;
                reply.IsProblem(HttpStatusCode.Conflict, "task-already-finished");
                Assert.Equal("completed", final.Status());
            }
        }

        // Neither side may always win: that would not have been a race.
        Assert.True(cancelled > 0 && completed > 0, $"{cancelled} cancelled, {completed} completed");
        var stats = (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK);
        Assert.Equal((0, Tasks, completed, cancelled), (stats.Number("pending"), stats.Number("created"), stats.Number("completed"), stats.Number("cancelled")));
    }

    [Fact]
    public async Task Reschedule_AgainstCompletion_AnswerAndFinalStateAgree()
    {
        var replies = await Race(2000, (i, id) => Patch($"/tasks/{id}", $$"""{"delaySeconds":3600,"message":"later {{i}}"}"""));

        var (moved, completed) = (0, 0);
        foreach (var (id, reply) in replies)
        {
            var now = await Look(id);
            if (reply.Status == HttpStatusCode.OK)
            {
                moved++;
                Assert.Equal("pending", now.Status());
                Assert.Equal(reply.Json.ToString(), now.ToString());
            }
            else
            {
                completed++;
                reply.IsProblem(HttpStatusCode.Conflict, "task-already-finished");
                Assert.Equal("completed", now.Status());
                Assert.Equal("Hei", now.Text("message"));
            }
        }

        Assert.True(moved > 0 && completed > 0, $"{moved} moved, {completed} completed");
    }

    [Fact]
    public async Task Cancel_AgainstReschedule_CancelIsNeverUndone()
    {
        for (var round = 0; round < 300; round++)
        {
            var id = await Create(10);

            var replies = await Task.WhenAll(
                Task.Run(() => Patch($"/tasks/{id}", """{"delaySeconds":20}""")),
                Task.Run(() => Delete($"/tasks/{id}")));

            var cancelled = replies[1].IsJson(HttpStatusCode.OK);
            if (replies[0].Status == HttpStatusCode.OK)
                Assert.Equal(20, cancelled.Number("delaySeconds"));
            else
                replies[0].IsProblem(HttpStatusCode.Conflict, "task-already-finished");
            Assert.Equal(cancelled.ToString(), (await Look(id)).ToString());
        }
    }

    /// <summary>
    /// Creates tasks of which a few come due each millisecond, and calls after each about when the clock reaches it: before the first
    /// of a millisecond's calls in one group, before the second in the next and so on, so that calls are early, late and at the instant.
    /// </summary>
    private async Task<List<(string Id, Reply Reply)>> Race(int tasks, Func<int, string, Task<Reply>> call)
    {
        var ids = new List<string>(tasks);
        for (var i = 0; i < tasks; i++)
            ids.Add(await Create((1 + (i / PerMillisecond)) / 1000.0));
        var replies = new (string Id, Reply Reply)[tasks];
        using var steps = new SemaphoreSlim(0);
        var next = -1;
        // A clock that waits for nodes to come to rest waits for the calls too, which would always win.
        Clock.IsAtRest = null;

        await Task.WhenAll(Task.Run(AdvanceClock), Task.Run(CallAll), Task.Run(CallAll));
        return [.. replies];

        async Task AdvanceClock()
        {
            for (var ms = 0; ms < tasks / PerMillisecond; ms++)
            {
                await steps.WaitAsync(TestContext.Current.CancellationToken);
                Clock.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        async Task CallAll()
        {
            while (Interlocked.Increment(ref next) is var i && i < tasks)
            {
                if (i % PerMillisecond == i / PerMillisecond % PerMillisecond)
                    steps.Release();
                replies[i] = (ids[i], await call(i, ids[i]));
            }
        }
    }
}
