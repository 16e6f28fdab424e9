using TaskApi.Engine.Memory;
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gathers_OfMoreThanTheMemoryHolds_AreRefusedOrFail(bool isDone)
    {
        const int Room = 1 << 20, Length = 60_000;
        using var engine = new WorkFixture(static options => options.MaxTaskBytes = Room);
        var member = await engine.Start();
        var gathers = Enumerable.Range(0, 40).Select(_ => Gather(member.Task.Id)).ToArray();
        if (isDone)
        {
            await engine.Return(member.Token, $"\"{new string('x', Length)}\"");
            Assert.Equal(AnswerStatus.CapacityReached, (await engine.Storage.CreateManyAsync("", gathers, watch: false, Ended)).Status);
            Assert.Equal(1, (await engine.Stats()).Created);
            return;
        }

        var created = await engine.Storage.CreateManyAsync("", gathers, watch: false, Ended);
        await engine.Return(member.Token, $"\"{new string('x', Length)}\"");
        await engine.Until(static stats => stats.Completed + stats.Failed == 41);

        Assert.InRange((await engine.Stats()).Completed, 12, 20);
        Assert.InRange(((MemoryTaskStorage)engine.Storage).TaskBytes, 0, Room + (Room / 8) + (2 * Length));
        foreach (var task in created.Tasks)
        {
            var outcome = await engine.Outcome(task.Task.Id);
            Assert.True(outcome.Length > Length || outcome.StartsWith("Failed result-too-large: There is no room", StringComparison.Ordinal), outcome);
        }
    }

    public void Dispose() => _engine.Dispose();

    private async Task GatherMany(params Guid[] ids)
    {
        var answer = await _engine.Storage.CreateManyAsync("", [.. Enumerable.Range(0, Many).Select(_ => Gather(ids))], watch: false, Ended);
        Assert.Equal(AnswerStatus.Ok, answer.Status);
    }
}
