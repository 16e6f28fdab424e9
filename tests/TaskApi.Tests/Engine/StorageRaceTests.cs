using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Engine;

public sealed class StorageRaceTests
{
    [Fact]
    public async Task CancelAgainstCompletion_ManyThousandTimes_AgreeOnOneOutcome()
    {
        using var engine = new EngineFixture();
        var tasks = new List<(TaskSnapshot Task, TaskCompletion Completion)>();
        for (var i = 0; i < 20_000; i++)
        {
            var answer = await engine.Storage.CreateAsync("", new TaskSpec { Message = "m", Schedule = new TaskSchedule(i / 1_000.0) }, watch: true, CancellationToken.None);
            if (answer.Completion is { } completion) tasks.Add((answer.Task!, completion));
        }

        var tokens = tasks.Select(static task => task.Completion.CancellationToken).ToList();
        using var start = new Barrier(2);
        var clock = Task.Run(() =>
        {
            start.SignalAndWait(TestContext.Current.CancellationToken);
            for (var i = 0; i < 20_000; i++) engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }, TestContext.Current.CancellationToken);
        start.SignalAndWait(TestContext.Current.CancellationToken);
        var answers = new List<TaskAnswer>();
        foreach (var (task, _) in tasks) answers.Add(await engine.Cancel(task.Id));
        await clock;

        for (var i = 0; i < tasks.Count; i++)
        {
            var final = await tasks[i].Completion.Task;
            var expected = answers[i].Status == AnswerStatus.Ok ? TaskState.Cancelled : TaskState.Completed;
            Assert.Equal(expected, final.State);
            Assert.Equal(expected, answers[i].Task!.State);
            Assert.Equal(expected, (await engine.Find(tasks[i].Task.Id))!.State);
            Assert.Equal(final.FinishedAt, answers[i].Task!.FinishedAt);
        }

        await engine.Create(0);
        for (var i = 0; i < tasks.Count; i++)
        {
            var cancelled = (await tasks[i].Completion.Task).State == TaskState.Cancelled;
            if (cancelled) await AssertCancelled(tokens[i]);
            else Assert.False(tokens[i].IsCancellationRequested);
        }

        var stats = await engine.Storage.GetStatsAsync("", CancellationToken.None);
        Assert.Equal(stats.Created, stats.Pending + stats.Completed + stats.Cancelled);
    }

    [Fact]
    public async Task RescheduleAgainstReaders_NeverShowsHalfAChange()
    {
        using var engine = new EngineFixture();
        var task = await engine.Create(1, "1");
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            var seen = 0;
            while (!stop.IsCancellationRequested)
            {
                var found = (await engine.Find(task.Id))!;
                Assert.Equal(found.DelaySeconds, double.Parse(found.Message, System.Globalization.CultureInfo.InvariantCulture));
                Assert.Equal(found.CreatedAt.AddSeconds(found.DelaySeconds), found.DueAt);
                Assert.True(found.Version >= seen);
                seen = found.Version;
            }
        })).ToList();
        for (var i = 2; i < 20_000; i++)
        {
            var change = new TaskRevision(new TaskSchedule(i), $"{i}");
            await engine.Storage.RescheduleAsync("", task.Id, change, condition: null, CancellationToken.None);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(19_998, (await engine.Find(task.Id))!.Version);
    }

    [Fact]
    public async Task CreateAndForgetAgainstReaders_FindsTheTaskItselfOrNothing()
    {
        using var engine = new EngineFixture(static options => options.MaxFinished = 100);
        var ids = new System.Collections.Concurrent.ConcurrentQueue<(Guid Id, string Message)>();
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested || !ids.IsEmpty)
            {
                if (!ids.TryDequeue(out var known)) continue;
                if (await engine.Find(known.Id) is { } found) Assert.Equal((known.Id, known.Message), (found.Id, found.Message));
            }
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 60_000; i++)
        {
            var task = await engine.Create(i % 500 == 0 ? 1_000 : 0.001, $"{i}");
            ids.Enqueue((task.Id, task.Message));
            if (i % 100 == 0) engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        await stop.CancelAsync();
        await reader;
        Assert.Equal(120, (await engine.ListAll(TaskState.Pending)).Count(static task => task.DelaySeconds == 1_000));
    }

    [Fact]
    public async Task ForgetAgainstReaders_NeverShowsATaskHalfForgotten()
    {
        using var engine = new EngineFixture(static options => options.MaxFinished = 0);
        var latest = await engine.Create(60, "m", group: "g", name: "n");
        using var stop = new CancellationTokenSource();
        var looks = 0L;
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Interlocked.Increment(ref looks);
                if (await engine.Find(Volatile.Read(ref latest).Id) is not { } found) continue;
                Assert.Equal(("n", "g", "m"), (found.Name, found.Group, found.Message));
                Assert.Equal(found.State == TaskState.Cancelled ? "because" : null, found.Error?.Detail);
            }
        })).ToList();
        // On a busy machine the readers may be late.
        for (var i = 0; i < 60_000 || (Interlocked.Read(ref looks) <= 1000 && i < 60_000_000); i++)
        {
            // Kept by nobody: cancelled, it is forgotten in the same step.
            await engine.Storage.CancelAsync("", latest.Id, new TaskError(TaskError.Cancelled, "because"), condition: null, force: false, CancellationToken.None);
            Volatile.Write(ref latest, await engine.Create(60, "m", group: "g", name: "n"));
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(looks > 1000, $"Only {looks} looks.");
    }

    [Fact]
    public async Task CreateMany_AtTheBound_NeverHoldsMoreThanAllowed()
    {
        using var engine = new EngineFixture(static options => options.MaxPending = 1_000);
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                var tasks = Enumerable.Repeat(new TaskSpec { Message = "m", Schedule = new TaskSchedule(10) }, 7).ToList();
                var answer = await engine.Storage.CreateManyAsync("", tasks, watch: false, CancellationToken.None);
                if (answer.Status == AnswerStatus.CapacityReached) Interlocked.Increment(ref refused);
            }
        })));
        Assert.Equal(200 - (1_000 / 7), refused);
        Assert.Equal(1_000 / 7 * 7, (await engine.Storage.GetStatsAsync("", CancellationToken.None)).Pending);
    }

    private static async Task AssertCancelled(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
