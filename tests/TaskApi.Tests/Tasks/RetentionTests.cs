using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary>How long a finished task is remembered.</summary>
public sealed class RetentionTests
{
    public sealed class ByAge() : EndpointTests(("Tasks:Retention", "00:01:00"))
    {
        [Fact]
        public async Task Finished_UntilRetentionHasPassed_IsKept()
        {
            var (completed, cancelled) = (await Create(0), await Create(10));
            await Finished(completed);
            await Delete($"/tasks/{cancelled}");

            await Pass(Seconds(59.999));

            Assert.Equal("completed", (await Look(completed)).Status());
            Assert.Equal("cancelled", (await Look(cancelled)).Status());
        }

        [Fact]
        public async Task Finished_RetentionHasPassed_IsUnknownToEveryCall()
        {
            var (completed, cancelled, pending) = (await Create(0), await Create(10), await Create(3600));
            await Finished(completed);
            await Delete($"/tasks/{cancelled}");

            Clock.Advance(Seconds(60.002));
            await Finished(await Create(0));

            foreach (var id in (string[])[completed, cancelled])
            {
                (await Get($"/tasks/{id}")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
                (await Get($"/tasks/{id}/done")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
                (await Get($"/tasks/{id}/result")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
                (await Delete($"/tasks/{id}")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
                (await Patch($"/tasks/{id}", """{"delaySeconds":1}""")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
            }

            Assert.Equal("pending", (await Look(pending)).Status());
            Assert.Equal(pending, (await Get("/tasks?limit=1")).IsJson(HttpStatusCode.OK).Items("tasks")[0].Id());
        }

        [Theory]
        [InlineData(1)]
        [InlineData(-1)]
        public async Task Finished_WallClockStepped_IsKeptAsLong(int hours)
        {
            var id = await Create(0);
            await Finished(id);
            Clock.StepWallClock(TimeSpan.FromHours(hours));

            await Pass(Seconds(59));
            Assert.Equal("completed", (await Look(id)).Status());
            await Pass(Seconds(2));

            (await Get($"/tasks/{id}")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        }

        [Fact]
        public async Task Finished_OneAfterTheOther_AreForgottenOneAfterTheOther()
        {
            var ids = new[] { await Create(1), await Create(11), await Create(21) };
            foreach (var id in ids)
            {
                Clock.Advance(Seconds(id == ids[0] ? 1 : 10));
                await Finished(id);
            }

            await Pass(Seconds(41));
            (await Get($"/tasks/{ids[0]}")).Is(HttpStatusCode.NotFound);
            (await Get($"/tasks/{ids[1]}")).Is(HttpStatusCode.OK);
            await Pass(Seconds(10));
            (await Get($"/tasks/{ids[1]}")).Is(HttpStatusCode.NotFound);
            (await Get($"/tasks/{ids[2]}")).Is(HttpStatusCode.OK);
        }
    }

    public abstract class NothingKept(string key, string value) : EndpointTests((key, value))
    {
        [Fact]
        public async Task Finished_NothingIsKept_TheWaiterStillLearnsTheOutcome()
        {
            var waiting = Post("/tasks?waitSeconds=7", """{"message":"Hei","delaySeconds":5}""");
            await Clock.TimerArmed(Seconds(7));

            Clock.Advance(Seconds(5));

            var task = (await waiting).IsJson(HttpStatusCode.OK);
            Assert.Equal("10:00:05 Hei", task.Text("result"));
            (await Get($"/tasks/{task.Id()}")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        }

        [Fact]
        public async Task Cancelled_NothingIsKept_TheCallerStillGetsTheTask()
        {
            var id = await Create(100);

            Assert.Equal("cancelled", (await Delete($"/tasks/{id}")).IsJson(HttpStatusCode.OK).Status());

            // What is due at this very instant: here, to forget the task.
            Clock.Advance(TimeSpan.Zero);
            (await Get($"/tasks/{id}")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        }
    }

    public sealed class RetentionZero() : NothingKept("Tasks:Retention", "00:00:00");

    public sealed class MaxFinishedZero() : NothingKept("Tasks:MaxFinished", "0");
}
