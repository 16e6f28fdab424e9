using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests;

/// <summary>Callbacks where two nodes share the database, one of which may be of the version before.</summary>
public sealed class CallbackAcrossNodesTests : TwoNodes
{
    [Fact]
    public async Task Ends_ByBothNodesAtOnce_AreToldOnce()
    {
        var nodes = Storages;
        var ids = new List<Guid>();
        for (var i = 0; i < 50; i++) ids.Add((await nodes[i % 2].CreateAsync("", (i % 3 == 0 ? AfterFixture.Message(1000) : Spec(delaySeconds: 1000)).Calling(), watch: false, Ended)).Task!.Id);

        await Task.WhenAll(ids.SelectMany(id => nodes.Select(node => node.CancelAsync("", id, new TaskError(TaskError.Cancelled, null), condition: null, force: false, Ended).AsTask())));

        foreach (var id in ids) Assert.Single(await ChildrenOf(id));
    }

    // As such a node ends messages, one and many, and work, and forgets what it has ended.
    [Theory]
    [InlineData(false, "UPDATE all_tasks SET state = 1, finished = 1, drift = 0, zone = 0 WHERE state = 0", "task.completed")]
    [InlineData(false, "UPDATE all_tasks SET state = 2, finished = 1, drift = 0, follows = NULL WHERE state = 0", "task.cancelled")]
    [InlineData(true, "UPDATE all_tasks SET state = 10, finished = 1, drift = 0, follows = NULL WHERE state = 8", "task.cancelled")]
    public async Task End_ByANodeOfTheVersionBefore_IsToldByOneOfThisVersion(bool isWork, string end, string type)
    {
        var task = (await Storages[0].CreateAsync("", (isWork ? Spec(delaySeconds: 1000) : AfterFixture.Message(1000)).Calling(), watch: false, Ended)).Task!;

        PostgresServer.Execute(Database, $"{end}; DELETE FROM all_tasks WHERE finished = 1");

        var began = TimeProvider.System.GetTimestamp();
        while ((await ChildrenOf(task.Id)).Count == 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60), "It isn't told.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Ended);
        }

        Assert.Contains($"\"type\":\"{type}\"", Text(Assert.Single(await ChildrenOf(task.Id)).Work!.Input), StringComparison.Ordinal);
        Assert.Equal(0L, PostgresServer.Ask(Database, "SELECT count(*) FROM callbacks WHERE state < 2"));
        PostgresServer.Execute(Database, "DELETE FROM all_tasks WHERE finished = 1");
        Assert.Equal(0L, PostgresServer.Ask(Database, "SELECT count(*) FROM callbacks"));
    }

    // By whichever node: both show the same.
    private async Task<IReadOnlyList<TaskSnapshot>> ChildrenOf(Guid id) => (await Storages[1].ListAsync("", new TaskQuery(null, null, null, null, 100) { Parent = id }, Ended)).Tasks;
}
