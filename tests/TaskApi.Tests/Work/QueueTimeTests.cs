using TaskApi.Engine.Model;

namespace TaskApi.Tests.Work;

/// <summary>Queues that time closes and opens: by a pause, or by a rate.</summary>
public sealed class QueueTimeTests : BoundedQueueTests
{
    [Fact]
    public async Task Pause_HandsOutNothing_UntilItIsOver()
    {
        await CreateMany(2);
        await Set(new QueueSettings { Paused = true });
        await CreateMany(1);

        Assert.Empty(await Engine.Acquire(max: 10));
        Assert.Empty(await OfHandlers());
        var wait = Wait(max: 10);
        Assert.Equal((true, 3L), ((await Find()).Settings.Paused, (await Find()).Counts.Ready));
        Assert.Equal(3, (await Engine.Stats()).Ready);
        await Set(QueueSettings.None);

        Assert.Equal(3, (await wait).Tasks.Length);
    }

    [Fact]
    public async Task PausedUntil_GoesOnByItself()
    {
        var until = Engine.Clock.GetUtcNow().AddSeconds(30);
        await Set(new QueueSettings { Paused = true, PausedUntil = until });
        await CreateMany(1);
        var wait = Wait();

        Engine.Advance(29);
        Assert.False(wait.IsCompleted);
        Assert.Equal((true, until), ((await Find()).Settings.Paused, (await Find()).Settings.PausedUntil));
        Engine.Advance(2);

        Assert.Single((await wait).Tasks);
        Assert.Equal(QueueSettings.None, (await Find()).Settings);
    }

    [Fact]
    public async Task Rate_NeverStartsMoreInAnyPeriod()
    {
        await Set(new QueueSettings { Rate = new QueueRate(3, 10) });
        await CreateMany(20);
        var starts = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            starts.AddRange((await Engine.Acquire(max: 1 + (i % 3))).Select(_ => i / 10.0));
            Engine.Advance(0.1);
        }

        // The first three at once, three more at 10 s and at 20 s.
        Assert.Equal(9, starts.Count);
        for (var i = 3; i < starts.Count; i++) Assert.True(starts[i] - starts[i - 3] >= 9.95, string.Join(" ", starts));
    }

    [Fact]
    public async Task Rate_WakesWhoWaits_WhenItAllowsMore()
    {
        await Set(new QueueSettings { Rate = new QueueRate(2, 10) });
        await CreateMany(4);
        var first = await Engine.Acquire(max: 10);
        Assert.Equal(2, first.Length);
        var (one, other) = (Wait(worker: "a"), Wait(worker: "b"));
        foreach (var task in first) await Engine.Return(task.Token);
        Assert.False(one.IsCompleted || other.IsCompleted);

        Engine.Advance(10.1);

        Assert.Single((await one).Tasks);
        Assert.Single((await other).Tasks);
    }

    [Fact]
    public async Task Rate_ThatIsSetAgain_KnowsWhatHasStarted()
    {
        await Set(new QueueSettings { Rate = new QueueRate(2, 10) });
        await CreateMany(6);
        Assert.Equal(2, (await Engine.Acquire(max: 10)).Length);

        await Set(new QueueSettings { Rate = new QueueRate(3, 10), MaxRunning = 100 });

        Assert.Single(await Engine.Acquire(max: 10));
        Engine.Advance(10.1);
        Assert.Equal(3, (await Engine.Acquire(max: 10)).Length);
    }
}
