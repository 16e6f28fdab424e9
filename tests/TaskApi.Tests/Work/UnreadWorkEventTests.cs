namespace TaskApi.Tests.Work;

/// <summary>What happens to work while nobody reads of it: where there is one node alone, it has its number.</summary>
public sealed class UnreadWorkEventTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Events_WhileNobodyReads_AreNumbered()
    {
        var before = _engine.Storage.Events.Last;
        var leased = await _engine.Start();
        await _engine.Return(leased.Token);

        Assert.Equal(before + 3, _engine.Storage.Events.Last);
    }

    public void Dispose() => _engine.Dispose();
}
