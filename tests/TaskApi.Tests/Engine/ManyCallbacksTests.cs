using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Engine;

/// <summary>Callbacks of many long tasks that end at once: in memory, where all of each is written down while others wait.</summary>
public sealed class ManyCallbacksTests : IDisposable
{
    private const int Many = 200;

    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task End_OfManyLongTasks_IsAnsweredBeforeAllAreTold()
    {
        var ids = await _engine.CreateMany([.. Enumerable.Repeat(Spec(input: $"\"{new string('x', 60_000)}\"").Calling(), Many)]);
        var leased = await _engine.Acquire(max: Many);
        using var release = new ManualResetEventSlim();
        var held = await _engine.HoldTheClock(release);

        var answers = await _engine.Work.FinishAsync("", [.. leased.Select(static task => TaskApi.Engine.Model.WorkOutcome.Returned(task.Token, Json("1")))], Ended);

        Assert.Equal(Many, answers.Length);
        Assert.InRange(await _engine.CountCalls(), 1, Many - 1);
        release.Set();
        await held;
        await _engine.Until(static stats => stats.Created == 2 * Many);
        foreach (var id in ids) Assert.Equal("task.completed", (await _engine.Told(id)).Type);
    }

    public void Dispose() => _engine.Dispose();
}
