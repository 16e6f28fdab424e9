using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Calls for work that wait.</summary>
public sealed class WaitingTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Acquire_WhileThereIsNothing_IsAnsweredWhenATaskComesDue()
    {
        await _engine.Create(2);
        var waiting = Acquire("w", 1);

        _engine.Advance(1.999);
        Assert.False(waiting.IsCompleted);
        _engine.Advance(0.001);

        Assert.Single((await Done(waiting)).Tasks);
    }

    [Fact]
    public async Task Acquire_WhenItsTimeIsOver_IsEmptyAndTakesNothingAnyMore()
    {
        var waiting = Acquire("w", 1, waitSeconds: 5);
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(5));

        _engine.Advance(5);

        Assert.Equal((AnswerStatus.Ok, 0), (await Done(waiting) is var answer ? (answer.Status, answer.Tasks.Length) : default));
        await _engine.Create();
        Assert.Single(await _engine.Acquire());
    }

    [Fact]
    public async Task Acquire_OfSeveralWhoWait_TheFirstToComeIsServedFirst()
    {
        var waiting = new List<Task<AcquireAnswer>>();
        for (var i = 0; i < 3; i++) waiting.Add(Acquire("w" + i, 1));

        foreach (var wait in waiting.ToArray())
        {
            Assert.DoesNotContain(waiting, static other => other.IsCompleted);
            var created = await _engine.Create();
            Assert.Equal(created.Id, Assert.Single((await Done(wait)).Tasks).Task.Id);
            waiting.Remove(wait);
        }
    }

    [Fact]
    public async Task Acquire_AHandlerAndAWorkerWhoWait_AreServedInTheOrderInWhichTheyCame()
    {
        var handler = _engine.Work.AcquireAsync(WorkAcquire.OfHandlers("here", ["resize"], 1, TimeSpan.FromSeconds(60), new Holder()), Ended).AsTask();
        var worker = Acquire("w", 1);

        var (first, second) = (await _engine.Create(), await _engine.Create());

        Assert.Equal(first.Id, Assert.Single((await Done(handler)).Tasks).Task.Id);
        Assert.Equal(second.Id, Assert.Single((await Done(worker)).Tasks).Task.Id);
    }

    [Fact]
    public async Task Acquire_OfManyAtOnce_GetsWhatIsCreatedTogether()
    {
        var (three, rest) = (Acquire("w1", 3), Acquire("w2", 100));

        await _engine.Storage.CreateManyAsync("", [.. Enumerable.Repeat(Spec(), 10)], watch: false, Ended);

        Assert.Equal((3, 7), ((await Done(three)).Tasks.Length, (await Done(rest)).Tasks.Length));
    }

    [Fact]
    public async Task Acquire_ThatWasGivenUp_SwallowsNothing()
    {
        using var gone = new CancellationTokenSource();
        var waiting = _engine.Work.AcquireAsync(Call(["resize"], waitSeconds: 60), gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await _engine.Create();

        Assert.Equal(1, Assert.Single(await _engine.Acquire()).Task.Work!.Attempt);
    }

    [Fact]
    public async Task Acquire_GivenUpInTheVeryInstant_LosesNoTaskAndCountsNoAttempt()
    {
        for (var round = 0; round < 300; round++)
        {
            using var gone = new CancellationTokenSource();
            var waiting = _engine.Work.AcquireAsync(Call(["resize"], waitSeconds: 60), gone.Token).AsTask();
            var next = Acquire("next", 1);
            var created = await Task.WhenAll(Task.Run(() => _engine.Create()), Task.Run(async () =>
            {
                await gone.CancelAsync();
                return (TaskSnapshot)null!;
            }));

            Guid taken;
            try
            {
                taken = Assert.Single((await waiting).Tasks).Task.Id;
                await _engine.Create();
                await Done(next);
            }
            catch (OperationCanceledException)
            {
                var leased = Assert.Single((await Done(next)).Tasks);
                Assert.Equal(1, leased.Task.Work!.Attempt);
                taken = leased.Task.Id;
            }

            Assert.Equal(created[0].Id, taken);
        }
    }

    [Fact]
    public async Task Acquire_OfQueuesThatNobodyUses_LeavesNothingBehind()
    {
        for (var i = 0; i < 2_000; i++)
        {
            using var gone = new CancellationTokenSource();
            var waiting = _engine.Work.AcquireAsync(Call(["q" + i], waitSeconds: 60), gone.Token).AsTask();
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            await _engine.Cancel((await _engine.Create(Spec(type: "t" + i))).Id);
        }

        _engine.AssertFewAreWaitedFor(most: 1_000);
    }

    [Fact]
    public async Task Acquire_OfATaskWhoseQueueIsOneOfManyThatNobodyUses_HandsItOut()
    {
        for (var i = 0; i < 250; i++) await _engine.Cancel((await _engine.Create(60, queue: "idle" + i)).Id);

        for (var i = 0; i < 20; i++)
        {
            var created = await _engine.Create(0.25, queue: "q" + i);
            _engine.Advance(0.25);
            var leased = Assert.Single(await _engine.Acquire("q" + i));
            await _engine.Finish(WorkOutcome.Released(leased.Token));
            leased = Assert.Single(await _engine.Acquire("q" + i));
            Assert.Equal(created.Id, leased.Task.Id);
            await _engine.Raise(leased.Token);
            await _engine.Cancel(created.Id);
        }
    }

    [Fact]
    public async Task Acquire_ByManyWhileManyCreate_HandsEachTaskToOne()
    {
        const int Creators = 4, Each = 500;
        var taken = new List<Guid>[8];
        using var over = new CancellationTokenSource();
        var workers = Enumerable.Range(0, taken.Length).Select(number => Task.Run(async () =>
        {
            var mine = taken[number] = [];
            var random = new Random(number);
            while (!over.IsCancellationRequested)
            {
                // Some give up at once, again and again.
                using var gone = CancellationTokenSource.CreateLinkedTokenSource(over.Token);
                if (random.Next(3) == 0) gone.CancelAfter(random.Next(2));
                try
                {
                    var answer = await _engine.Work.AcquireAsync(Call(["a", "b"], random.Next(1, 20), waitSeconds: 60, worker: "w" + number), gone.Token);
                    await _engine.Work.FinishAsync("", [.. answer.Tasks.Select(static task => WorkOutcome.Returned(task.Token, Json("1")))], Ended);
                    mine.AddRange(answer.Tasks.Select(static task => task.Task.Id));
                }
                catch (OperationCanceledException)
                {
                }
            }
        }, Ended)).ToArray();

        var created = await Task.WhenAll(Enumerable.Range(0, Creators).Select(number => Task.Run(async () =>
        {
            var mine = new List<Guid>();
            for (var i = 0; i < Each; i++) mine.Add((await _engine.Create(Spec(queue: i % 2 == 0 ? "a" : "b"))).Id);
            return mine;
        }, Ended)));
        while ((await _engine.Stats()).Completed < Creators * Each) await Task.Yield();
        await over.CancelAsync();
        await Task.WhenAll(workers);

        Assert.Equal(created.SelectMany(static ids => ids).Order(), taken.SelectMany(static ids => ids).Order());
        Assert.Equal((0, 0, 0), (await _engine.Stats() is var stats ? (stats.Pending, stats.Running, stats.Lost) : default));
    }

    private static Task<AcquireAnswer> Done(Task<AcquireAnswer> waiting) => waiting.WaitAsync(TimeSpan.FromSeconds(30), Ended);

    private Task<AcquireAnswer> Acquire(string worker, int max, double waitSeconds = 60) =>
        _engine.Work.AcquireAsync(Call(["resize"], max, waitSeconds: waitSeconds, worker: worker), Ended).AsTask();

    public void Dispose() => _engine.Dispose();
}
