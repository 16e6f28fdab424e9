using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Engine;

/// <summary>Many calls for work that wait for one queue: in memory, where all are given work by whoever opens it.</summary>
public sealed class ManyWaitingWorkersTests : IDisposable
{
    private const int Many = 20;
    private const int Each = 100;

    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Resume_OfAQueueThatManyWaitFor_IsAnsweredBeforeAllHaveTheirs()
    {
        Assert.Equal(AnswerStatus.Ok, await _engine.Storage.Queues.SetAsync("", "resize", new QueueSettings { Paused = true }, Ended));
        var created = await _engine.Storage.CreateManyAsync("", [.. Enumerable.Range(0, Many * Each).Select(static _ => Spec())], watch: false, Ended);
        Task<AcquireAnswer>[] waiting = [.. Enumerable.Range(0, Many).Select(i => _engine.Work.AcquireAsync(Call(["resize"], Each, waitSeconds: 60, worker: $"w{i}"), Ended).AsTask())];
        using var release = new ManualResetEventSlim();
        var held = await _engine.HoldTheClock(release);

        Assert.Equal(AnswerStatus.Ok, await _engine.Storage.Queues.SetAsync("", "resize", settings: null, Ended));

        Assert.InRange((await _engine.Stats()).Running, 1, (Many * Each) - 1);
        release.Set();
        await held;
        var taken = await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30), Ended);
        // The first to come are the first to be served, and each in the order of the tasks.
        Assert.Equal(created.Tasks.Select(static task => task.Task.Id), taken.SelectMany(static answer => answer.Tasks).Select(static task => task.Task.Id));
    }

    public void Dispose() => _engine.Dispose();
}
