using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>What asyncio's own tests say of gather, over HTTP.</summary>
public sealed class GatherTests() : GatheringTests
{
    [Fact]
    public async Task Gather_AllComplete_AnswersWhenTheLastDoesWithTheResultsInTheOrderGiven()
    {
        var ids = await CreateAll(30, 10, 20);
        var reply = await Waiting("/tasks/gather", Ids(ids));

        await Pass(Seconds(20));
        Assert.False(reply.IsCompleted);
        await Pass(Seconds(10));

        var answer = (await reply).IsJson(HttpStatusCode.OK);
        Assert.Equal(["done", "results", "tasks"], answer.Members());
        Assert.True(answer.GetProperty("done").GetBoolean());
        Assert.Equal(ids, answer.Items("tasks").Select(TaskJson.Id));
        Assert.Equal(["10:00:30 Hei", "10:00:10 Hei", "10:00:20 Hei"], answer.Items("results").Select(static result => result.GetString()));
        Assert.Equal(answer.Items("results").Select(static result => result.GetString()), answer.Items("tasks").Select(static task => task.Text("result")));
        Assert.All(answer.Items("tasks"), static task => Assert.Equal("completed", task.Status()));
    }

    [Fact]
    public async Task Gather_AllDoneAlready_AnswersAtOnce()
    {
        var ids = await CreateAll(2, 1);
        await Pass(Seconds(2));

        var answer = (await Post("/tasks/gather", Ids(ids))).IsJson(HttpStatusCode.OK);

        Assert.Equal(["10:00:02 Hei", "10:00:01 Hei"], answer.Items("results").Select(static result => result.GetString()));
    }

    [Theory]
    [InlineData("""{"ids":[]}""")]
    [InlineData("""{"tasks":[]}""")]
    [InlineData("""{"group":"nobody"}""")]
    [InlineData("""{"ids":[],"returnExceptions":true,"waitSeconds":0,"onTimeout":"cancel"}""")]
    public async Task Gather_OfNothing_IsDoneWithEmptyLists(string body)
    {
        var answer = (await Post("/tasks/gather", body)).IsJson(HttpStatusCode.OK);

        Assert.True(answer.GetProperty("done").GetBoolean());
        Assert.Empty(answer.Items("results"));
        Assert.Empty(answer.Items("tasks"));
    }

    [Fact]
    public async Task Gather_AnIdTwice_AppearsTwice()
    {
        var ids = await CreateAll(1, 2);
        string[] given = [ids[1], ids[0], ids[1], ids[1].ToUpperInvariant()];
        var reply = await Waiting("/tasks/gather", Ids(given));

        await Pass(Seconds(2));

        var answer = (await reply).IsJson(HttpStatusCode.OK);
        Assert.Equal([ids[1], ids[0], ids[1], ids[1]], answer.Items("tasks").Select(TaskJson.Id));
        Assert.Equal(["10:00:02 Hei", "10:00:01 Hei", "10:00:02 Hei", "10:00:02 Hei"], answer.Items("results").Select(static result => result.GetString()));
    }

    [Fact]
    public async Task Gather_OneIsCancelled_FailsAtOnceAndTheOthersGoOn()
    {
        var ids = await CreateAll(10, 20, 30);
        var reply = await Waiting("/tasks/gather", Ids([ids[0], ids[1], ids[2], ids[1]]));

        await Delete($"/tasks/{ids[1]}?reason=no%20more");

        var problem = (await reply).IsProblem(HttpStatusCode.FailedDependency, "gather-failed").Json;
        Assert.Equal(1, problem.Number("index"));
        Assert.Equal((await Look(ids[1])).ToString(), problem.GetProperty("task").ToString());
        Assert.Equal("no more", problem.GetProperty("task").GetProperty("error").Text("detail"));
        Assert.Equal("pending", (await Look(ids[0])).Status());
        await Pass(Seconds(30));
        Assert.Equal("completed", (await Look(ids[0])).Status());
        Assert.Equal("completed", (await Look(ids[2])).Status());
    }

    [Fact]
    public async Task Gather_OneTimesOut_FailsAtOnce()
    {
        var slow = (await Create("""{"message":"Hei","delaySeconds":30,"timeoutSeconds":5}""")).Id();
        var reply = await Waiting("/tasks/gather", Ids([await Create(10), slow]));

        Clock.Advance(Seconds(5));

        var problem = (await reply).IsProblem(HttpStatusCode.FailedDependency, "gather-failed").Json;
        Assert.Equal(1, problem.Number("index"));
        Assert.Equal("timeout", problem.GetProperty("task").GetProperty("error").Text("reason"));
    }

    // As asyncio: those that are done already are gone through in the order given, the others in the order in which they finish.
    [Fact]
    public async Task Gather_SeveralFailedBefore_TellsOfTheFirstInTheOrderGiven()
    {
        var ids = await CreateAll(10, 10, 10);
        await Delete($"/tasks/{ids[2]}");
        await Delete($"/tasks/{ids[1]}");

        var problem = (await Post("/tasks/gather", Ids(ids))).IsProblem(HttpStatusCode.FailedDependency, "gather-failed").Json;

        Assert.Equal((1, ids[1]), (problem.Number("index"), problem.GetProperty("task").Id()));
    }

    [Fact]
    public async Task Gather_SeveralFailWhileItWaits_TellsOfTheFirstToDoSo()
    {
        var ids = (await Task.WhenAll(Enumerable.Range(1, 3).Select(i => Create($$"""{"message":"Hei","delaySeconds":30,"timeoutSeconds":{{5 - i}}}""")))).Select(TaskJson.Id).ToArray();
        var reply = await Waiting("/tasks/gather", Ids(ids));

        Clock.Advance(Seconds(10));

        Assert.Equal(2, (await reply).IsProblem(HttpStatusCode.FailedDependency, "gather-failed").Json.Number("index"));
    }

    [Fact]
    public async Task Gather_ReturnExceptions_WaitsForAllAndGivesNullForThoseThatDidNotComplete()
    {
        var ids = await CreateAll(10, 20, 30);
        await Delete($"/tasks/{ids[2]}");
        var reply = await Waiting("/tasks/gather", Ids(ids, "\"returnExceptions\":true"));

        await Delete($"/tasks/{ids[0]}?reason=enough");
        await Pass(Seconds(19));
        Assert.False(reply.IsCompleted);
        await Pass(Seconds(1));

        var answer = (await reply).IsJson(HttpStatusCode.OK);
        Assert.True(answer.GetProperty("done").GetBoolean());
        Assert.Equal([null, "10:00:20 Hei", null], answer.Items("results").Select(static result => result.GetString()));
        Assert.Equal(["cancelled", "completed", "cancelled"], answer.Items("tasks").Select(TaskJson.Status));
        Assert.Equal("enough", answer.Items("tasks")[0].GetProperty("error").Text("detail"));
    }

    [Fact]
    public async Task Gather_TaskRescheduledMeanwhile_WaitsForTheNewTime()
    {
        var ids = await CreateAll(10);
        var reply = await Waiting("/tasks/gather", Ids(ids));
        await Patch($"/tasks/{ids[0]}", """{"delaySeconds":20,"message":"Bye"}""");

        await Pass(Seconds(19));
        Assert.False(reply.IsCompleted);
        Clock.Advance(Seconds(1));

        Assert.Equal("10:00:20 Bye", (await reply).IsJson(HttpStatusCode.OK).Items("results")[0].GetString());
    }

    [Fact]
    public async Task Gather_OfAGroup_TakesTheTasksItHasNowInTheOrderOfTheirCreation()
    {
        var ids = new List<string>();
        foreach (var delay in new[] { 3.0, 1, 2 })
            ids.Add((await Create(NewTask(delay))).Id());
        await Create(NewTask(5, "other"));
        var reply = await Waiting("/tasks/gather", """{"group":"g"}""");
        await Create(NewTask(30));

        await Pass(Seconds(3));

        Assert.Equal(ids, (await reply).IsJson(HttpStatusCode.OK).Items("tasks").Select(TaskJson.Id));
    }

    [Fact]
    public async Task Gather_OfNewTasks_CreatesAndAwaitsThem()
    {
        var reply = await Waiting("/tasks/gather", $$"""{"tasks":[{{NewTask(2, message: "Bonjour")}},{{NewTask(1, message: "Bore da")}}]}""");

        await Pass(Seconds(2));

        var answer = (await reply).IsJson(HttpStatusCode.OK);
        Assert.Equal(["10:00:02 Bonjour", "10:00:01 Bore da"], answer.Items("results").Select(static result => result.GetString()));
        Assert.Equal("completed", (await Look(answer.Items("tasks")[0].Id())).Status());
    }

    [Fact]
    public async Task Gather_ManyGathersOverTheSameTasks_AllEnd()
    {
        var ids = await CreateAll([.. Enumerable.Range(0, 100).Select(static i => 1 + (i % 7 * 0.001))]);
        var replies = Enumerable.Range(0, 200).Select(i => Post("/tasks/gather", Ids(ids.Skip(i % 3)))).ToList();
        await Clock.TimerArmed(Seconds(60), count: replies.Count);

        Clock.Advance(Seconds(2));

        for (var i = 0; i < replies.Count; i++)
            Assert.Equal(ids.Skip(i % 3), (await replies[i]).IsJson(HttpStatusCode.OK).Items("tasks").Select(TaskJson.Id));
        await Clock.TimerGone(Seconds(58));
    }

    [Fact]
    public async Task Gather_TaskForgottenAsSoonAsItIsDone_StillHasItsResult()
    {
        await using var api = new TaskApiFactory(("Tasks:MaxFinished", "0"));
        using var client = api.CreateTestClient();
        var reply = client.PostAsync(new Uri("/tasks/gather", UriKind.Relative), Content($$"""{"tasks":[{{NewTask(1)}},{{NewTask(2)}}]}"""), TestContext.Current.CancellationToken);
        await api.Clock.TimerArmed(Seconds(300));

        api.Clock.Advance(Seconds(2));

        using var response = await reply;
        var results = (await Reply.Read(response)).IsJson(HttpStatusCode.OK).Items("results");
        Assert.Equal(["10:00:01 Hei", "10:00:02 Hei"], results.Select(static result => result.GetString()));
    }
}
