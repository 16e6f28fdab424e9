using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;
using TaskApi.Tests.Work.Gathers;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests;

/// <summary>Gathers, where two nodes share the database.</summary>
public sealed class GatherAcrossNodesTests : TwoNodes
{
    [Fact]
    public async Task Ends_OnBothNodesAtOnce_EndTheGatherOnce()
    {
        var nodes = Storages;
        for (var round = 0; round < 5; round++)
        {
            var members = await CreateMany(nodes[0], Enumerable.Repeat(Spec(delaySeconds: 1000), 60));
            var gather = (await nodes[1].CreateAsync("", GatherFixture.Gather(GatherRules.TakesFailures, members), watch: false, Ended)).Task!;

            await Task.WhenAll(members.Select((id, i) => Cancel(nodes[i % 2], id)));

            await Until(async () => await Find(gather.Id) is { State: TaskState.Completed });
        }

        await UntilNothingIsLeft();
    }

    [Fact]
    public async Task Creation_RacedWithTheEndOfItsMember_NeverWaitsForEver()
    {
        var nodes = Storages;
        var ends = await CreateMany(nodes[0], Enumerable.Repeat(Spec(delaySeconds: 1000), 100));

        await Task.WhenAll(ends.SelectMany((id, i) => new[]
        {
            Cancel(nodes[i % 2], id) as Task,
            nodes[1 - (i % 2)].CreateAsync("", GatherFixture.Gather(GatherRules.TakesFailures, id), watch: false, Ended).AsTask(),
        }));

        await Until(async () => (await nodes[0].GetStatsAsync("", Ended)) is { Running: 0, Completed: 100 });
        await UntilNothingIsLeft();
    }

    [Fact]
    public async Task Cancel_OfAGroupOnOneNodeWhileItsTasksEndOnTheOther_LeavesNothing()
    {
        var nodes = Storages;
        var groups = new List<Guid>();
        for (var i = 0; i < 20; i++)
            groups.Add((await nodes[0].CreateAsync("", GatherFixture.GatherOf(GatherRules.CancelOthers, [.. Enumerable.Repeat(Spec(delaySeconds: 1000), 10)]), watch: false, Ended)).Task!.Id);

        await Task.WhenAll(groups.SelectMany((group, i) => new[] { Cancel(nodes[i % 2], group) as Task, CancelChildren(nodes[1 - (i % 2)], group) }));

        await Until(async () => (await nodes[0].GetStatsAsync("", Ended)) is { Pending: 0, Running: 0 });
        await UntilNothingIsLeft();
    }

    [Theory]
    [InlineData("UPDATE all_tasks SET state = 2, finished = 1, drift = 0 WHERE state = 0", "[null]")]
    [InlineData("UPDATE all_tasks SET state = 1, finished = 1, drift = 0, zone = 0 WHERE state = 0", """["00:00:00 m"]""")]
    [InlineData("UPDATE all_tasks SET state = 2, finished = 1, drift = 0, follows = NULL WHERE state = 0", "[null]")]
    public async Task End_ByANodeOfTheVersionBefore_IsHeardByTheGather(string end, string result)
    {
        var nodes = Storages;
        var message = (await nodes[0].CreateAsync("", AfterFixture.Message(1000), watch: false, Ended)).Task!;
        var gather = (await nodes[0].CreateAsync("", GatherFixture.Gather(GatherRules.TakesFailures, message.Id), watch: false, Ended)).Task!;

        PostgresServer.Execute(Database, end);

        await Until(async () => (await Find(gather.Id)).IsDone);
        Assert.Equal(result, Text((await Find(gather.Id)).Work!.Result!.Value));
        await UntilNothingIsLeft();
    }

    [Fact]
    public async Task End_OfAGatherByANodeOfTheVersionBefore_CancelsItsTasks()
    {
        var nodes = Storages;
        var gather = (await nodes[0].CreateAsync("", GatherFixture.GatherOf(Spec(delaySeconds: 1000), AfterFixture.Message(1000)), watch: false, Ended)).Task!;
        Assert.True(TaskId.TryParse(gather.Id, out var id));

        PostgresServer.Execute(Database, $"UPDATE work SET running = 0, reason = 'cancelled', alarm = NULL WHERE sequence = {id.Sequence}; UPDATE all_tasks SET state = 10, finished = 1, drift = 0, follows = NULL WHERE sequence = {id.Sequence}");

        await Until(async () => Equals(PostgresServer.Ask(Database, "SELECT count(*) FROM all_tasks WHERE finished IS NULL"), 0L));
        await UntilNothingIsLeft();
    }

    [Fact]
    public async Task End_OfATaskThatBecameAMemberInTheSameTransaction_IsCountedThoughTheTransactionHasTooMuchToSettle()
    {
        var node = Storages[0];
        var task = await CreateMany(node, [Spec()]);
        var leased = Assert.Single((await node.Work.AcquireAsync(Call(["resize"]), Ended)).Tasks);
        var members = await CreateMany(node, Enumerable.Repeat(AfterFixture.Message(1000), 900));
        // What one transaction settles is used up by their places.
        for (var i = 0; i < 2; i++) await node.CreateAsync("", GatherFixture.Gather(GatherRules.TakesFailures, members), watch: false, Ended);

        var (gather, finished) = await BusyWriter.While(node, Database, () =>
        {
            _ = node.CancelManyAsync("", members, new TaskError(TaskError.Cancelled, null), Ended).AsTask();
            return (node.CreateAsync("", GatherFixture.Gather(GatherRules.TakesFailures, task), watch: false, Ended).AsTask(),
                node.Work.FinishAsync("", [WorkOutcome.Returned(leased.Token, "1"u8.ToArray())], Ended).AsTask());
        });

        Assert.Equal(AnswerStatus.Ok, (await gather).Status);
        Assert.Equal(FinishProblem.None, Assert.Single(await finished).Problem);
        await Until(async () => (await Find((await gather).Task!.Id)).IsDone);
        Assert.Equal("[1]", Text((await Find((await gather).Task!.Id)).Work!.Result!.Value));
    }

    private static Task<TaskAnswer> Cancel(ITaskStorage node, Guid id) => node.CancelAsync("", id, new TaskError(TaskError.Cancelled, null), condition: null, force: false, Ended).AsTask();

    private static async Task CancelChildren(ITaskStorage node, Guid group)
    {
        var children = await node.ListAsync("", new TaskQuery(State: null, Group: null, Name: null, After: null, Limit: 10) { Parent = group }, Ended);
        foreach (var child in children.Tasks) await Cancel(node, child.Id);
    }

    private static async Task<Guid[]> CreateMany(ITaskStorage node, IEnumerable<TaskSpec> specs) =>
        Array.ConvertAll((await node.CreateManyAsync("", [.. specs], watch: false, Ended)).Tasks, static task => task.Task.Id);

    private async Task<TaskSnapshot> Find(Guid id) => (await Storages[0].FindAsync("", id, Ended)).Task!;

    private Task UntilNothingIsLeft() => Until(() =>
        Task.FromResult(Equals(PostgresServer.Ask(Database, "SELECT (SELECT count(*) FROM gathers) + (SELECT count(*) FROM members) + (SELECT count(*) FROM ended_members) + (SELECT count(*) FROM ended)"), 0L)));
}
