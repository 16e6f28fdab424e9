using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary>Never early, never stalled: whatever the delay and whatever happens to the wall clock.</summary>
public sealed class DueTimeTests : EndpointTests
{
    public static TheoryData<double> Delays => [
        0.001, 0.063, 0.064, 0.065, 0.127, 0.128, 0.129, 0.25, 1, 4.095, 4.096, 4.097, 60, 262.143, 262.144, 262.145, 3600, 16_777.216, 86_400,
        1_073_741.824, 4_294_967.294, 4_294_967.295, 4_294_967.296, 4_294_968, 5_000_000, 31_535_999.999, 31_536_000];

    [Theory]
    [MemberData(nameof(Delays))]
    public async Task Task_OfAnyDelay_CompletesAtItsDueTimeAndNotAMillisecondBefore(double delay)
    {
        Clock.Advance(Seconds(12.345));
        var created = await Create(FormattableString.Invariant($$"""{"message":"Hei","delaySeconds":{{delay}}}"""));

        await Pass(Seconds(delay) - Seconds(0.001));
        Assert.Equal("pending", (await Look(created.Id())).Status());
        Clock.Advance(Seconds(0.001));

        var task = await Finished(created.Id());
        Assert.Equal("completed", task.Status());
        Assert.Equal(task.Text("dueAt"), task.Text("finishedAt"));
    }

    [Theory]
    [MemberData(nameof(Delays))]
    public async Task Task_ClockAdvancedInOneLeap_CompletesAllTheSame(double delay)
    {
        var id = await Create(delay);

        Clock.Advance(Seconds(delay));

        Assert.Equal("completed", (await Finished(id)).Status());
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public async Task Task_CreatedBetweenMilliseconds_IsNotRoundedToEarly(double fraction)
    {
        var before = await Create(0.01);
        Clock.Advance(TimeSpan.FromMilliseconds(fraction));
        var created = await Create("""{"message":"Hei","delaySeconds":0.01}""");

        Clock.Advance(TimeSpan.FromMilliseconds(10.05 - fraction));
        await Finished(before);
        Assert.Equal("pending", (await Look(created.Id())).Status());
        Clock.Advance(TimeSpan.FromMilliseconds(2));

        var task = await Finished(created.Id());
        Assert.True(task.Instant("finishedAt") >= created.Instant("dueAt"));
    }

    [Fact]
    public async Task Tasks_OfMixedDelays_CompleteInDueOrderEachAtItsInstant()
    {
        var random = new Random(20260615);
        var created = new List<(string Id, DateTimeOffset DueAt)>();
        for (var i = 0; i < 300; i++)
        {
            var task = await Create(FormattableString.Invariant($$"""{"message":"Hei","delaySeconds":{{random.Next(0, 20_000) / 1000.0}}}"""));
            created.Add((task.Id(), task.Instant("dueAt")));
            Clock.Advance(TimeSpan.FromMilliseconds(random.Next(0, 10)));
        }

        for (var i = 0; i < 250; i++)
            await Pass(TimeSpan.FromMilliseconds(100));

        foreach (var (id, dueAt) in created)
        {
            var task = await Look(id);
            Assert.Equal("completed", task.Status());
            Assert.True(task.Instant("finishedAt") >= dueAt);
        }
    }

    [Fact]
    public async Task Task_WallClockSetBack_IsNeitherEarlyNorStalled()
    {
        var created = await Create("""{"message":"Hei","delaySeconds":10}""");
        await Pass(Seconds(5));
        Clock.StepWallClock(TimeSpan.FromHours(-1));
        await Pass(Seconds(4.999));
        Assert.Equal("pending", (await Look(created.Id())).Status());

        Clock.Advance(Seconds(0.001));

        var task = await Finished(created.Id());
        Assert.Equal("completed", task.Status());
        Assert.Equal(created.Text("dueAt"), task.Text("dueAt"));
        Assert.True(task.Instant("finishedAt") >= task.Instant("dueAt"), task.ToString());
        Assert.True(task.Instant("finishedAt") >= task.Instant("createdAt"), task.ToString());
    }

    [Fact]
    public async Task Task_WallClockSteppedBackAndForth_CompletesOnTime()
    {
        var id = await Create(10);
        for (var i = 0; i < 10; i++)
        {
            Clock.StepWallClock(TimeSpan.FromHours(i % 2 == 0 ? -1 : 1));
            Assert.Equal("pending", (await Look(id)).Status());
            Clock.Advance(Seconds(1));
        }

        var task = await Finished(id);
        Assert.Equal("completed", task.Status());
        Assert.Equal("2026-06-15T10:00:10.000Z", task.Text("finishedAt"));
    }

    [Fact]
    public async Task Task_DueAtAnInstant_KeepsItsDelayWhenTheWallClockIsSetBack()
    {
        var id = (await Create("""{"message":"Hei","dueAt":"2026-06-15T10:00:10Z"}""")).Id();
        Clock.StepWallClock(TimeSpan.FromHours(-1));
        await Pass(Seconds(9.999));
        Assert.Equal("pending", (await Look(id)).Status());

        Clock.Advance(Seconds(0.001));

        Assert.Equal("completed", (await Finished(id)).Status());
    }

    [Fact]
    public async Task Cancel_WallClockSetBack_IsNotFinishedBeforeItWasCreated()
    {
        var created = await Create("""{"message":"Hei","delaySeconds":10}""");
        Clock.StepWallClock(TimeSpan.FromHours(-1));

        await Delete($"/tasks/{created.Id()}");

        Assert.True((await Look(created.Id())).Instant("finishedAt") >= created.Instant("createdAt"));
    }

    [Fact]
    public async Task Task_RunNowAfterTheWallClockWasSetBack_IsNotFinishedBeforeItWasCreated()
    {
        var created = await Create("""{"message":"Hei","delaySeconds":7200}""");
        Clock.StepWallClock(TimeSpan.FromHours(-1));

        await Patch($"/tasks/{created.Id()}", """{"delaySeconds":0}""");

        var task = await Finished(created.Id());
        Assert.Equal("completed", task.Status());
        Assert.True(task.Instant("finishedAt") >= task.Instant("createdAt"), task.ToString());
        Assert.True(task.Instant("finishedAt") >= task.Instant("dueAt"), task.ToString());
    }

    [Fact]
    public async Task Tasks_DueLongBeforeTheyWereCreated_WereNotLate()
    {
        var tasks = string.Join(',', Enumerable.Repeat("""{"message":"Hei","dueAt":"2020-01-01T00:00:00Z"}""", 2_500));

        var created = (await Post("/tasks/batch", $"[{tasks}]")).IsJson(HttpStatusCode.Accepted).Items("tasks");
        await Finished(created[^1].Id());

        // Where there are two nodes, of both.
        for (var i = 0; i < 2; i++)
            Assert.Equal(0, (await Get("/tasks/stats")).Json.GetProperty("latenessMs").Number("max"), tolerance: 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Wait_WallClockStepped_LastsAsLongAsAskedFor(int hours)
    {
        var id = await Create(10_000);
        var reply = Get($"/tasks/{id}?waitSeconds=5");
        await Clock.TimerArmed(Seconds(5));
        Clock.StepWallClock(TimeSpan.FromHours(hours));
        await Pass(Seconds(4.999));
        Assert.False(reply.IsCompleted);

        Clock.Advance(Seconds(0.001));

        Assert.Equal("pending", (await reply).Json.Status());
    }
}
