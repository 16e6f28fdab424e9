using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Work;

namespace TaskApi.Tests;

/// <summary>Base of the tests of two nodes that look for work from where something may wait.</summary>
public abstract class LookingNodes : TwoNodes
{
    private protected const int Owner = 0;

    private protected ReadyFloors Floors(int node) => ((PostgresStorage)Api.Nodes[node].Services.GetRequiredService<DatabaseAccess>().Storage).Floors;

    // Every look is a long one.
    private protected void Force()
    {
        foreach (var node in (int[])[0, 1]) Floors(node).Long = TimeSpan.FromTicks(-1);
    }

    // From then on the first node looks from where it has found the one that runs.
    private protected async Task<LeasedTask> Begin()
    {
        Force();
        var first = await Start();
        Api.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(await Take(0, 1));
        Assert.NotNull(Floors(0).Find(Owner, ["resize"]));
        return first;
    }

    private protected async Task<Task<AcquireAnswer>> Wait()
    {
        var waiting = Nodes[0].AcquireAsync(WorkFixture.Call(["resize"], waitSeconds: 3000, worker: "waits"), Ended).AsTask();
        await Api.Clock.TimerArmed(TimeSpan.FromSeconds(3000));
        return waiting;
    }

    private protected async Task<LeasedTask> Start()
    {
        await Create(0, WorkFixture.Spec());
        return Assert.Single(await Take(0, 1));
    }

    private protected async Task Create(int node, params TaskSpec[] specs) => Assert.Equal(AnswerStatus.Ok, (await Storages[node].CreateManyAsync("", specs, watch: false, Ended)).Status);

    private protected async Task<LeasedTask[]> Take(int node, int max) => (await Nodes[node].AcquireAsync(WorkFixture.Call(["resize"], max, leaseSeconds: 100_000), Ended)).Tasks;

    private protected async Task Finish(int node, LeasedTask[] tasks) => await Nodes[node].FinishAsync("", Array.ConvertAll(tasks, static task => WorkOutcome.Returned(task.Token, "1"u8.ToArray())), Ended);

    private protected async Task Change(int node, Guid id, int priority) => await Storages[node].RescheduleAsync("", id, new TaskRevision(null, null, Priority: priority), condition: null, Ended);

    private protected static CancellationToken Ended => TestContext.Current.CancellationToken;

    private protected IWorkSource[] Nodes => OfNodes<IWorkSource>();
}
