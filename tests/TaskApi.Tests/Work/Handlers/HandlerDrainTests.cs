using TaskApi.Engine.Model;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>What the end of the service is to a handler's task in memory. (In a database: Sql/WorkEndTests.)</summary>
public sealed class HandlerDrainTests
{
    [Fact]
    public async Task Shutdown_WhileAHandlerRuns_CancelsItsTask()
    {
        var barrier = new Barrier();
        Task<TaskSnapshot> done;
        await using (var handlers = new LiveHandlers((CancellationToken token) => barrier.Pass(token)))
        {
            (_, done) = await handlers.Create();
            await barrier.Arrival();
        }

        Assert.Equal((TaskState.Cancelled, TaskError.Shutdown), ((await done).State, (await done).Error?.Reason));
    }
}
