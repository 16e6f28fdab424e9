using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.Gathers.GatherFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Engine;

/// <summary>Many gathers of the same tasks: in memory, where a step costs next to nothing.</summary>
public sealed class ManyGathersTests : IDisposable
{
    private const int Many = 2_000;

    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Fail_OfAMemberOfManyGathers_IsAnsweredBeforeTheyAllHaveEnded()
    {
        var (lasting, failing) = (await _engine.Create(60), await _engine.Start());
        await GatherMany(lasting.Id, failing.Task.Id);
        using var release = new ManualResetEventSlim();
        var held = await _engine.HoldTheClock(release);

        await _engine.Raise(failing.Token, retry: false);

        Assert.InRange((await _engine.Stats()).Failed, 1, Many);
        release.Set();
        await held;
        await _engine.Until(static stats => stats.Failed == Many + 1);
        Assert.Equal(TaskState.Pending, (await _engine.Find(lasting.Id)).State);
    }

    [Fact]
    public async Task Gathers_ThatEndBeforeAMember_LeaveTheOthersTheirPlaces()
    {
        var (lasting, failing) = (await _engine.Start(), await _engine.Start());
        var others = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            others.Add((await _engine.Create(Gather(lasting.Task.Id, lasting.Task.Id))).Id);
            await GatherMany(lasting.Task.Id, lasting.Task.Id, failing.Task.Id);
        }

        await _engine.Raise(failing.Token, retry: false);
        await _engine.Until(static stats => stats.Failed == (3 * Many) + 1);
        await _engine.Return(lasting.Token, "7");

        foreach (var id in others) Assert.Equal("[7,7]", await _engine.Outcome(id));
        Assert.Equal((0, 0), await _engine.Stats() is var stats ? (stats.Pending, stats.Running) : default);
    }

    public void Dispose() => _engine.Dispose();

    private async Task GatherMany(params Guid[] ids)
    {
        var answer = await _engine.Storage.CreateManyAsync("", [.. Enumerable.Range(0, Many).Select(_ => Gather(ids))], watch: false, Ended);
        Assert.Equal(AnswerStatus.Ok, answer.Status);
    }
}
