using TaskApi.AspNetCore.Handlers;
using TaskApi.Handlers;
using static TaskApi.Tests.Work.Handlers.HandlerFixture;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>How many run at once, and where.</summary>
public sealed class HandlerGateTests
{
    [Fact]
    public async Task MaxRunning_OfOneType_BoundsItAndHoldsUpNoOther()
    {
        var barrier = new Barrier();
        await using var fixture = new HandlerFixture(services =>
        {
            services.AddHandlerDelegate(() => barrier.Pass(), "slow", static options => options.MaxRunning = 2);
            services.AddHandlerDelegate(static () => "done", "quick", configure: null);
        });
        var slow = Enumerable.Range(0, 5).Select(_ => fixture.Work.Add("slow")).ToList();
        await barrier.Arrival();
        await barrier.Arrival();

        Assert.Equal("\"done\"", ResultOf(await fixture.Work.OutcomeOf(fixture.Work.Add("quick"))));
        Assert.Equal(2, fixture.Runner.Lanes.Single(static lane => lane.Handler.Type == "slow").Gate.Running);
        Assert.Equal(0, barrier.Arrived);

        barrier.Open();
        foreach (var id in slow) await fixture.Work.OutcomeOf(id);
    }

    [Fact]
    public async Task Handlers_ThatBlockTheirThread_RunBesideOneAnother()
    {
        using var both = new System.Threading.Barrier(2);
        await using var fixture = new HandlerFixture(services => services.AddHandlerDelegate(() => both.SignalAndWait(TimeSpan.FromSeconds(30)), "test", configure: null));

        var first = fixture.Work.Add("test");
        var second = fixture.Work.Add("test");

        Assert.Equal("true", ResultOf(await fixture.Work.OutcomeOf(first)));
        Assert.Equal("true", ResultOf(await fixture.Work.OutcomeOf(second)));
    }

    [Fact]
    public async Task OnThreads_EachAttempt_StaysOnAThreadOfItsOwn()
    {
        await using var fixture = new HandlerFixture(static services => services.AddHandlerDelegate(Handler, "test", static options => (options.OnThreads, options.MaxRunning) = (true, 2)));

        var results = new List<string>();
        foreach (var id in Enumerable.Range(0, 20).Select(_ => fixture.Work.Add("test")).ToList()) results.Add(ResultOf<string>(await fixture.Work.OutcomeOf(id)));

        Assert.All(results, static result => Assert.EndsWith(" False taskapi test True", result, StringComparison.Ordinal));
        Assert.InRange(results.Distinct().Count(), 1, 2);

        static async Task<string> Handler()
        {
            var thread = Environment.CurrentManagedThreadId;
            await Task.Yield();
            return $"{thread} {Thread.CurrentThread.IsThreadPoolThread} {Thread.CurrentThread.Name} {thread == Environment.CurrentManagedThreadId}";
        }
    }

    [Fact]
    public async Task OnThreads_HandlersThatBlock_LeaveTheThreadPoolAlone()
    {
        using var open = new ManualResetEventSlim();
        await using var fixture = new HandlerFixture(services =>
        {
            services.AddHandlerDelegate(() => open.Wait(TimeSpan.FromSeconds(30)), "blocks", static options => (options.OnThreads, options.MaxRunning) = (true, 50));
            services.AddHandlerDelegate(static () => 1, "quick", configure: null);
        });
        var blocked = Enumerable.Range(0, 50).Select(_ => fixture.Work.Add("blocks")).ToList();

        Assert.Equal("1", ResultOf(await fixture.Work.OutcomeOf(fixture.Work.Add("quick"))));
        open.Set();
        foreach (var id in blocked) Assert.Equal("true", ResultOf(await fixture.Work.OutcomeOf(id)));
    }

    [Fact]
    public async Task OnThreads_WhatComesBackAtTheEnd_IsNotLost()
    {
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var fixture = new HandlerFixture(services => services.AddHandlerDelegate(
            () => SynchronizationContext.Current!.Post(_ => ran.SetResult(), state: null), "test", static options => options.OnThreads = true));

        await fixture.Work.OutcomeOf(fixture.Work.Add("test"));

        await ran.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task OnThreads_WhatComesBackAfterTheEnd_GoesOnElsewhere()
    {
        var late = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var barrier = new Barrier();
        await using var fixture = new HandlerFixture(services => services.AddHandlerDelegate(Handler, "test", static options => options.OnThreads = true));

        await fixture.Work.OutcomeOf(fixture.Work.Add("test"));
        barrier.Open();

        Assert.True(await late.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        void Handler() => _ = GoOn();

        async Task GoOn()
        {
            await barrier.Pass();
            late.SetResult(Thread.CurrentThread.IsThreadPoolThread);
        }
    }

    [Fact]
    public async Task Gate_ThatIsFull_LetsInAsManyAsLeave()
    {
        var gate = new HandlerGate(3);
        gate.Enter(3);
        var room = gate.WaitForRoomAsync(TestContext.Current.CancellationToken).AsTask();
        var empty = gate.WaitUntilEmptyAsync();

        Assert.False(room.IsCompleted);
        gate.Leave(2);
        Assert.Equal(2, await room);
        Assert.False(empty.IsCompleted);
        gate.Leave(1);
        await empty;
    }

    [Fact]
    public async Task Handlers_ManyTasksAtOnce_AllEndOnce()
    {
        await using var fixture = new HandlerFixture(static services => services.AddHandlerDelegate(static async (int input) =>
        {
            if (input % 3 == 0)
                await Task.Yield();
            return input;
        }, "test", configure: null));

        var ids = Enumerable.Range(0, 5000).Select(number => fixture.Work.Add("test", $"{number}")).ToList();

        for (var i = 0; i < ids.Count; i++) Assert.Equal($"{i}", ResultOf(await fixture.Work.OutcomeOf(ids[i])));
        Assert.Equal(ids.Count, fixture.Work.Calls.Count);
        await fixture.Runner.Lanes[0].Gate.WaitUntilEmptyAsync();
    }
}
