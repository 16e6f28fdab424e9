using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;
using TaskApi.Tests.Work;

namespace TaskApi.Tests;

/// <summary>Base of the tests of bounded queues from which two nodes take.</summary>
public abstract class QueueNodes : TwoNodes
{
    private protected static CancellationToken Ended => TestContext.Current.CancellationToken;

    private protected IWorkSource[] Nodes => OfNodes<IWorkSource>();

    private protected static async Task TakeAndFinishAsync(IWorkSource node, string worker, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested) await TakeOnceAsync(node, worker, waitSeconds: 100, cancellationToken);
    }

    private protected static async Task TakeOnceAsync(IWorkSource node, string worker, double waitSeconds, CancellationToken cancellationToken)
    {
        try
        {
            var tasks = (await node.AcquireAsync(WorkFixture.Call(["resize"], max: 2, waitSeconds: waitSeconds, worker: worker), cancellationToken)).Tasks;
            await node.FinishAsync("", [.. tasks.Select(static task => WorkOutcome.Returned(task.Token, "1"u8.ToArray()))], CancellationToken.None);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
        {
        }
    }

    private protected async Task Set(QueueSettings settings)
    {
        Assert.Equal(AnswerStatus.Ok, await Api.Nodes[0].Services.GetRequiredService<IQueues>().SetAsync("", "resize", settings, Ended));
        await Known(known => known == settings);
    }

    private protected async Task Known(Predicate<QueueSettings?> isKnown)
    {
        foreach (var node in Api.Nodes)
        {
            var access = node.Services.GetRequiredService<DatabaseAccess>();
            Assert.True(await Task.Run(() => SpinWait.SpinUntil(() => isKnown(access.Queues.Find(new QueueName(access.Counters.Ensure("").Id, "resize"))), TimeSpan.FromSeconds(30))));
        }
    }

    private protected async Task Create(int count, string? key = null)
    {
        var answer = await Api.Services.GetRequiredService<ITaskCommands>().CreateManyAsync("", [.. Enumerable.Repeat(WorkFixture.Spec(key: key), count)], watch: false, Ended);
        Assert.Equal(AnswerStatus.Ok, answer.Status);
    }
}
