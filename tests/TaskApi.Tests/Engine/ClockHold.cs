using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Engine;

/// <summary>What the clock is to do isn't done for a while.</summary>
internal static class ClockHold
{
    /// <summary>No timer rings until it is released.</summary>
    public static async Task<Task> HoldTheClock(this WorkFixture engine, ManualResetEventSlim release)
    {
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var timer = engine.Clock.CreateTimer(
            _ =>
            {
                isHeld.SetResult();
                release.Wait(Ended);
            },
            state: null, TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        var advancing = Task.Run(() => engine.Advance(0.001), Ended);
        await isHeld.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended);
        return advancing.ContinueWith(_ => timer.Dispose(), Ended, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
