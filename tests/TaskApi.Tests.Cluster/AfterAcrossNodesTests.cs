using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests;

/// <summary>Tasks that wait for others, where two nodes share the database.</summary>
public sealed class AfterAcrossNodesTests : TwoNodes
{
    [Fact]
    public async Task Creation_RacedWithTheEndOfItsDependency_NeverWaitsForEver()
    {
        var nodes = Storages;
        for (var round = 0; round < 10; round++)
        {
            var ends = await CreateMany(nodes[0], Enumerable.Repeat(Spec(delaySeconds: 1000), 50));

            await Task.WhenAll(ends.SelectMany((id, i) => new[]
            {
                nodes[i % 2].CancelAsync("", id, new TaskError(TaskError.Cancelled, null), condition: null, force: false, Ended).AsTask() as Task,
                nodes[1 - (i % 2)].CreateAsync("", Spec(queue: "after").After(AfterRule.Done, id), watch: false, Ended).AsTask(),
            }));
        }

        await Until(async () => (await nodes[0].GetStatsAsync("", Ended)).Ready == 500);
    }

    [Fact]
    public async Task Ends_OnBothNodesAtOnce_ReleaseWhatWaitsForAllOfThem()
    {
        var nodes = Storages;
        var first = await CreateMany(nodes[0], Enumerable.Repeat(Spec(delaySeconds: 1000), 40));
        var second = await CreateMany(nodes[1], Enumerable.Range(0, 100).Select(_ => Spec(queue: "after", delaySeconds: 0).After(AfterRule.Done, first)));
        await CreateMany(nodes[0], Enumerable.Range(0, 50).Select(i => Spec(queue: "last").After(AfterRule.Done, [.. first.Take(5), .. second.Skip(i).Take(5)])));

        await Task.WhenAll(first.Concat(second.Take(10)).Select((id, i) => nodes[i % 2].CancelAsync("", id, new TaskError(TaskError.Cancelled, null), condition: null, force: false, Ended).AsTask()));

        await Until(async () => (await nodes[0].GetStatsAsync("", Ended)).Ready == 90 + 6);
        Assert.Equal(0L, PostgresServer.Ask(Database, "SELECT count(*) FROM waits WHERE dependant NOT IN (SELECT sequence FROM work WHERE after_left > 0)"));
    }

    [Theory]
    [InlineData("UPDATE all_tasks SET state = 2, finished = 1, drift = 0 WHERE state = 0")]
    [InlineData("UPDATE all_tasks SET state = 1, finished = 1, drift = 0, zone = 0 WHERE state = 0")]
    public async Task End_ByANodeOfTheVersionBefore_ReleasesWhatWaits(string end)
    {
        var nodes = Storages;
        var message = (await nodes[0].CreateAsync("", AfterFixture.Message(1000), watch: false, Ended)).Task!;
        await nodes[0].CreateAsync("", Spec(queue: "after").After(AfterRule.Done, message.Id), watch: false, Ended);

        PostgresServer.Execute(Database, end);

        await Until(async () => (await nodes[1].GetStatsAsync("", Ended)).Ready == 1);
        Assert.Equal(0L, PostgresServer.Ask(Database, "SELECT count(*) FROM ended"));
    }

    [Fact]
    public async Task Change_ByANodeOfTheVersionBefore_StartsNothingThatWaits()
    {
        var nodes = Storages;
        var message = (await nodes[0].CreateAsync("", AfterFixture.Message(1000), watch: false, Ended)).Task!;
        var waits = (await nodes[0].CreateAsync("", Spec().After(message.Id), watch: false, Ended)).Task!;

        PostgresServer.Execute(Database, "UPDATE work SET due = 5, lag = 0, ready = 1, alarm = NULL");

        Assert.Empty((await nodes[0].Work.AcquireAsync(Call(["resize"]), Ended)).Tasks);
        Assert.Equal(1, (await nodes[0].FindAsync("", waits.Id, Ended)).Task!.Work!.AfterLeft);
    }

    private static async Task<Guid[]> CreateMany(ITaskStorage node, IEnumerable<TaskSpec> specs) =>
        Array.ConvertAll((await node.CreateManyAsync("", [.. specs], watch: false, Ended)).Tasks, static task => task.Task.Id);
}
