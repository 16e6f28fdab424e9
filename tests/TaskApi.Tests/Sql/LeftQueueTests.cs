using TaskApi.Engine.Model;
using TaskApi.Tests.Work;

namespace TaskApi.Tests.Sql;

/// <summary>Queues that have gone back to the defaults, and from which nobody takes.</summary>
public sealed class LeftQueueTests : IDisposable
{
    private readonly SqlFixture _engine = new SqlFixture().Start();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Queue_ThatHasGoneBack_IsForgottenWithTheNextThatIsSet()
    {
        await SetAndGoBack();

        await Set("other", new QueueSettings { MaxRunning = 1 });

        Assert.Equal("other", _engine.Ask("SELECT group_concat(name) FROM queues"));
    }

    [Theory]
    [InlineData(false, "0")]
    [InlineData(true, "1")]
    public async Task Queue_ThatHasGoneBack_IsForgottenAtTheStartUnlessSomethingWaitsInIt(bool waits, string left)
    {
        await SetAndGoBack(waits);

        _engine.Restart();
        await _engine.Create(delaySeconds: 100);

        Assert.Equal(left, _engine.Ask("SELECT count(*) FROM queues"));
    }

    private async Task SetAndGoBack(bool waits = false)
    {
        await Set("resize", new QueueSettings { MaxRunning = 1 });
        if (waits) await _engine.Create(WorkFixture.Spec());
        await Set("resize", settings: null);
        Assert.Equal("1", _engine.Ask("SELECT count(*) FROM queues WHERE leaving > 0"));
        _engine.Advance(10);
    }

    private async Task Set(string name, QueueSettings? settings) => await _engine.Storage.Queues.SetAsync("", name, settings, WorkFixture.Ended);
}
