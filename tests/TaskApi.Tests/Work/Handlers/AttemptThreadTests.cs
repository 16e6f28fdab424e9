using TaskApi.Handlers;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>A thread for an attempt.</summary>
public sealed class AttemptThreadTests
{
    [Fact]
    public void Code_ThatBlocksUntilWhatAwaitsIsDone_GoesOn()
    {
        var result = 0;

        Assert.True(Start(() =>
        {
            result = Later().Result;
            return Task.CompletedTask;
        }).Join(TimeSpan.FromSeconds(30)));

        Assert.Equal(3, result);

        static async Task<int> Later()
        {
            await Task.Yield();
            await Task.Yield();
            return 3;
        }
    }

    // What comes back for one that is about to go on, and then waits for it.
    [Fact]
    public void Code_ThatBlocksOnWhatCameBackWithIt_GoesOn()
    {
        for (var i = 0; i < 20; i++)
        {
            var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
            var thread = Start(async () =>
            {
                var saved = Wait(second.Task);
                await first.Task;
                saved.Wait(TestContext.Current.CancellationToken);
            });
            SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(30));

            first.SetResult();
            second.SetResult();

            Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
        }

        static async Task Wait(Task task) => await task;
    }

    [Fact]
    public void Code_ThatAwaits_GoesOnOnTheSameThread()
    {
        var threads = new HashSet<int>();
        var thread = Start(async () =>
        {
            for (var i = 0; i < 1000; i++)
            {
                threads.Add(Environment.CurrentManagedThreadId);
                await Task.Yield();
            }
        });

        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal([thread.ManagedThreadId], threads);
    }

    private static Thread Start(Func<Task> coroutine)
    {
        var thread = new Thread(() => AttemptThread.Run(coroutine)) { IsBackground = true };
        thread.Start();
        return thread;
    }
}
