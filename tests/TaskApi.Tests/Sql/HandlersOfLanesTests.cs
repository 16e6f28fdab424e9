using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;

namespace TaskApi.Tests.Sql;

/// <summary>Handlers that look for their types in a queue that counts by keys. Each end in such a queue wakes them, whatever types they run.</summary>
public sealed class HandlersOfLanesTests : IDisposable
{
    private readonly SqlFixture _engine = new SqlFixture().Start();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("other", "30")]
    [InlineData("resize", "0")]
    public async Task Tasks_ArePutIntoLanesForATypeThatWaitsAlone(string type, string waiting)
    {
        await _engine.Storage.Queues.SetAsync("", "resize", new QueueSettings { MaxRunningPerKey = 2 }, WorkFixture.Ended);
        for (var i = 0; i < 30; i++) await _engine.Create(WorkFixture.Spec(key: "busy"));

        await _engine.Storage.Work.AcquireAsync(WorkAcquire.OfHandlers("here", [type], 1000, TimeSpan.Zero, new Holder()), WorkFixture.Ended);

        Assert.Equal(waiting, _engine.Ask("SELECT count(*) FROM work WHERE ready = 3"));
    }
}
