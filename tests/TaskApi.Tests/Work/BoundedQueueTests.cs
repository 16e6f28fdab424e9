using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Base of the tests of bounded queues.</summary>
public abstract class BoundedQueueTests : IDisposable
{
    private protected WorkFixture Engine { get; } = new();

    private protected static QueueSettings Most(int running) => new() { MaxRunning = running };

    private protected async Task Set(QueueSettings? settings, string name = "resize") => Assert.Equal(AnswerStatus.Ok, await Engine.Storage.Queues.SetAsync("", name, settings, Ended));

    private protected async Task<QueueInfo> Find(string name = "resize") => await Engine.Storage.Queues.FindAsync("", name, Ended);

    private protected async Task CreateMany(int count, string type = "resize", string? queue = null)
    {
        for (var i = 0; i < count; i++) await Engine.Create(Spec(type: type, queue: queue));
    }

    private protected Task<AcquireAnswer> Wait(int max = 1, string worker = "waits") => Engine.Work.AcquireAsync(Call(["resize"], max, waitSeconds: 60, worker: worker), Ended).AsTask();

    private protected async Task<LeasedTask[]> OfHandlers(string type = "resize", int max = 10) =>
        (await Engine.Work.AcquireAsync(WorkAcquire.OfHandlers("here", [type], max, TimeSpan.Zero, new Holder()), Ended)).Tasks;

    public void Dispose()
    {
        Engine.Dispose();
        GC.SuppressFinalize(this);
    }
}
