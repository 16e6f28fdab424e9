using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.AfterFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Engine;

/// <summary>A chain that is long: in memory, where a step costs next to nothing.</summary>
public sealed class LongChainTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Chain_OfTenThousand_RunsThroughInOrder()
    {
        var ids = await _engine.CreateMany([.. Enumerable.Range(0, 10_000).Select(static i => i == 0 ? Spec() : Spec().AfterPlaces(i - 1))]);

        Assert.Equal(ids, await _engine.RunAll());
    }
}
