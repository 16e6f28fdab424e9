using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.Gathers.GatherFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work.Gathers;

/// <summary>Gathers that name the same task many times.</summary>
public sealed class GatherRepeatsTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Refusal_OfATaskThatIsNamedOften_LooksForItOnce()
    {
        var (id, looks) = (Guid.NewGuid(), 0);

        var refusal = AfterCheck.Refusal([Gather(id, id, id), Gather(id)], _ => looks++);

        Assert.Null(refusal);
        Assert.Equal(1, looks);
    }

    [Fact]
    public async Task Gather_OfADoneTaskThatIsNamedOften_HasItsResultAtEachPlace()
    {
        var member = await _engine.Start(Spec(queue: "a"));
        await _engine.Return(member.Token, "[1]");

        var gather = await _engine.Create(Gather(member.Task.Id, member.Task.Id, member.Task.Id));

        Assert.Equal("[[1],[1],[1]]", await _engine.Outcome(gather.Id));
    }

    [Fact]
    public async Task Gather_OfADoneTaskThatIsNamedTooOftenForItsResult_Fails()
    {
        var member = await _engine.Start(Spec(queue: "a"));
        await _engine.Return(member.Token, $"\"{new string('x', 60_000)}\"");

        var gather = await _engine.Create(Gather([.. Enumerable.Repeat(member.Task.Id, 1000)]));

        Assert.StartsWith("Failed result-too-large: ", await _engine.Outcome(gather.Id), StringComparison.Ordinal);
    }
}
