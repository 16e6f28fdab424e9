using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.AfterFixture;
using static TaskApi.Tests.Work.Gathers.GatherFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work.Gathers;

/// <summary>Gathers of all kinds, whose tasks end in all ways and orders: none waits for ever, each ends as its members tell, and nothing is left of any.</summary>
public sealed class GatherHistoryTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Gathers_WhateverHappensToTheirTasks_EndAsTheseTellAndLeaveNothing(int seed)
    {
        var random = new Random(seed);
        var tasks = (await _engine.CreateMany([.. Enumerable.Range(0, 12).Select(i => i % 3 == 0 ? Message(random.Next(1, 30)) : Spec(random.Next(3)))])).ToList();
        var gathers = new Dictionary<Guid, Guid[]>();
        for (var step = 0; step < 60; step++)
        {
            switch (random.Next(8))
            {
                case < 2:
                    Guid[] ids = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => tasks[random.Next(tasks.Count)])];
                    var gather = (await _engine.Create(Gather(AnyRules(random), ids))).Id;
                    gathers[gather] = ids;
                    tasks.Add(gather);
                    break;
                case 2:
                    var owner = (await _engine.Create(GatherOf(AnyRules(random), Spec(), GatherOf(AnyRules(random), Spec(random.Next(2)), Spec())))).Id;
                    gathers[owner] = await _engine.ChildrenOf(owner);
                    gathers[gathers[owner][1]] = await _engine.ChildrenOf(gathers[owner][1]);
                    tasks.AddRange([owner, .. gathers[owner]]);
                    break;
                case 3:
                    await _engine.Cancel(tasks[random.Next(tasks.Count)], force: random.Next(4) == 0);
                    break;
                case 4:
                    _engine.Advance(random.Next(1, 5));
                    break;
                default:
                    await End(random, await _engine.Acquire(max: random.Next(1, 4)));
                    break;
            }
        }

        for (var i = 0; i < 100 && await _engine.Stats() is not { Pending: 0, Running: 0 }; i++)
        {
            _engine.Advance(30);
            await End(random, await _engine.Acquire(max: 100));
        }

        foreach (var (gather, members) in gathers) await AssertTold(await _engine.Find(gather), members);
        for (var i = 0; i < 12; i++) _engine.Advance(100_000);
        _engine.AssertNothingIsLeft();
    }

    private static GatherRules AnyRules(Random random) => (GatherRules)random.Next(3);

    private async Task End(Random random, LeasedTask[] leased)
    {
        foreach (var task in leased)
        {
            await _engine.Finish(random.Next(5) switch
            {
                0 => WorkOutcome.Raised(task.Token, "ValueError", "boom"),
                1 => WorkOutcome.Ended(task.Token),
                _ => WorkOutcome.Returned(task.Token, Json("[1]")),
            });
        }
    }

    private async Task AssertTold(TaskSnapshot gather, Guid[] members)
    {
        Assert.True(gather.IsDone);
        if (gather.State != TaskState.Completed) return;
        var results = new List<string>();
        foreach (var member in members)
        {
            var task = await _engine.Find(member);
            Assert.True(task.IsDone);
            results.Add(task.State != TaskState.Completed ? "null" : task.Work is { } work ? Text(work.Result!.Value) : $"\"{task.Result}\"");
        }

        Assert.Equal($"[{string.Join(',', results)}]", Text(gather.Work!.Result!.Value));
    }
}
