using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Engine;

/// <summary>The thread that wakes the engine in production, on the real clock: that it wakes, and never too soon. How late it wakes is a matter for the benchmarks.</summary>
public sealed class RealClockTests
{
    [Fact]
    public async Task Complete_ShortDelays_NeverEarlyByEitherClock()
    {
        using var storage = CreateStorage();
        var waits = new List<Task>();
        for (var i = 0; i < 300; i++)
        {
            waits.Add(AwaitOne(storage, i * 0.00037));
            if (i % 50 == 0) await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await Task.WhenAll(waits).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Complete_TaskDueBeforeTheOneTheEngineSleepsFor_DoesNotWaitForIt()
    {
        using var storage = CreateStorage();
        await Create(storage, 3_600);
        await AwaitOne(storage, 0.02).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Complete_TaskBroughtForward_DoesNotWaitForItsOldTime()
    {
        using var storage = CreateStorage();
        var created = await Create(storage, 3_600);
        await storage.RescheduleAsync("", created.Task!.Id, new TaskRevision(new TaskSchedule(0.01), null), condition: null, CancellationToken.None);
        var final = await created.Completion!.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(TaskState.Completed, final.State);
    }

    private static async Task AwaitOne(MemoryTaskStorage storage, double delaySeconds)
    {
        var started = TimeProvider.System.GetTimestamp();
        var created = await Create(storage, delaySeconds);
        var final = await created.Completion!.Task;
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromSeconds(delaySeconds));
        Assert.True(final.FinishedAt >= final.DueAt);
        Assert.True(final.DueAt - final.CreatedAt >= TimeSpan.FromSeconds(delaySeconds));
    }

    private static ValueTask<TaskAnswer> Create(MemoryTaskStorage storage, double delaySeconds) =>
        storage.CreateAsync("", new TaskSpec { Message = "m", Schedule = new TaskSchedule(delaySeconds) }, watch: true, CancellationToken.None);

    private static MemoryTaskStorage CreateStorage() =>
        new(Options.Create(new TaskOptions()), TimeProvider.System, NullLogger<MemoryTaskStorage>.Instance);
}
