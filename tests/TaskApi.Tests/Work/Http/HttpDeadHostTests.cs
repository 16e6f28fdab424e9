using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Http;

/// <summary>A host that doesn't answer, among others.</summary>
public sealed class HttpDeadHostTests() : HttpTaskTests(("Delivery:MaxConcurrent", "4"), ("Delivery:MaxPerHost", "2"))
{
    [Fact]
    public async Task Calls_OfAHostThatIsDead_HoldUpNoOthers()
    {
        var (arrived, live) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new List<Receiver>());
        await using var dead = Receiver.Silent(arrived);
        try
        {
            for (var i = 0; i < 100; i++) await Call(dead.Url);
            await arrived.Task;

            for (var i = 0; i < 20; i++) live.Add(new Receiver());
            var ids = await Task.WhenAll(live.Select(async receiver => (await Call(receiver.Url)).Id()));

            foreach (var id in ids) Assert.Equal("completed", (await Finished(id)).Status());
            Assert.InRange(dead.Requests.Count, 2, 2 * Api.Nodes.Count);
        }
        finally
        {
            foreach (var receiver in live) await receiver.DisposeAsync();
        }
    }
}
