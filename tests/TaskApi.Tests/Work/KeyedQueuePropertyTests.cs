using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>What a queue that counts by keys hands out, whatever has happened before, is what a simple model says: no more, no less, and in that order.</summary>
public sealed class KeyedQueuePropertyTests : BoundedQueueTests
{
    private readonly List<TaskSnapshot> _waiting = [];
    private readonly List<LeasedTask> _running = [];
    private int? _perKey = 1;
    private int _step;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task HandOut_AfterAnySteps_IsThatOfTheModel(int seed)
    {
        var random = new Random(seed);
        await Set(new QueueSettings { MaxRunningPerKey = _perKey });
        for (; _step < 250; _step++)
        {
            await Step(random);
            var oldest = _waiting.Count == 0 ? default(DateTimeOffset?) : _waiting.Min(static task => task.DueAt);
            Assert.Equal((_step, oldest), (_step, (await Find()).OldestReadyAt));
        }
    }

    private async Task Step(Random random)
    {
        switch (random.Next(10))
        {
            case < 4:
                var key = random.Next(6) is var number and > 0 ? $"k{number}" : null;
                _waiting.Add(await Engine.Create(Spec(key: key, priority: random.Next(-1, 2), type: random.Next(4) == 0 ? "other" : "resize", queue: "resize")));
                Engine.Advance(0.001);
                break;
            case < 6:
                await Take(random.Next(1, 5));
                break;
            case < 8 when _running.Count > 0:
                await End(_running[random.Next(_running.Count)], random.Next(4));
                break;
            case 8 when _waiting.Count > 0:
                await Change(_waiting[random.Next(_waiting.Count)], random);
                break;
            case 9 when random.Next(4) == 0:
                _perKey = random.Next(4) is var most and > 0 ? most : null;
                await Set(new QueueSettings { MaxRunningPerKey = _perKey });
                break;
        }
    }

    private async Task Take(int most)
    {
        var (expected, running) = (new List<Guid>(), _running.Where(static task => task.Task.Work!.Key is not null).CountBy(static task => task.Task.Work!.Key!).ToDictionary());
        foreach (var task in _waiting.OrderBy(static task => -task.Work!.Priority).ThenBy(static task => task.DueAt).ThenBy(static task => task.Id))
        {
            var key = task.Work!.Key;
            if (expected.Count == most || (key is not null && running.GetValueOrDefault(key) >= _perKey)) continue;
            if (key is not null) running[key] = running.GetValueOrDefault(key) + 1;
            expected.Add(task.Id);
        }

        var taken = await Engine.Acquire(max: most);

        Assert.Equal((_step, string.Join(" ", expected)), (_step, string.Join(" ", taken.Select(static task => task.Task.Id))));
        _running.AddRange(taken);
        _waiting.RemoveAll(task => expected.Contains(task.Id));
    }

    private async Task End(LeasedTask task, int kind)
    {
        _running.Remove(task);
        if (kind == 0) await Engine.Return(task.Token);
        else if (kind == 1) await Engine.Cancel(task.Task.Id, force: true);
        else if (kind == 2) await Engine.Finish(WorkOutcome.Released(task.Token));
        else await Engine.Work.ReturnAsync("", [task.Token]);
        if (kind >= 2) _waiting.Add(await Engine.Find(task.Task.Id));
    }

    private async Task Change(TaskSnapshot task, Random random)
    {
        _waiting.Remove(task);
        if (random.Next(2) == 0)
        {
            await Engine.Cancel(task.Id);
            return;
        }

        await Engine.Storage.RescheduleAsync("", task.Id, new TaskRevision(null, null) { Priority = random.Next(-2, 3) }, condition: null, Ended);
        _waiting.Add(await Engine.Find(task.Id));
    }
}
