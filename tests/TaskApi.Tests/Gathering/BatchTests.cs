using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>A batch as a JSON array: all or nothing.</summary>
public sealed class BatchTests() : GatheringTests(("Tasks:MaxPending", "10010"))
{
    [Fact]
    public async Task Batch_GoodTasks_AreCreatedInOrder()
    {
        var answer = (await Post("/tasks/batch", """[{"message":"Bonjour","delaySeconds":10,"name":"a","group":"g"},{"message":"Bore da","delay":"PT15S"},{"message":"Hei hei"}]""")).IsJson(HttpStatusCode.Accepted);

        Assert.Equal(["tasks"], answer.Members());
        var tasks = answer.Items("tasks");
        Assert.Equal(["Bonjour", "Bore da", "Hei hei"], tasks.Select(static task => task.Text("message")));
        Assert.Equal([10, 15, 0], tasks.Select(static task => task.Number("delaySeconds")));
        Assert.Equal((await Look(tasks[0].Id())).ToString(), tasks[0].ToString());
        Assert.Equal(tasks.Select(TaskJson.Id), (await Get("/tasks")).Json.Items("tasks").Select(TaskJson.Id));
        await Pass(Seconds(15));
        Assert.Equal("10:00:15 Bore da", (await Look(tasks[1].Id())).Text("result"));
    }

    [Theory]
    [InlineData("""[{"message":"Hei"},{}]""", "[1].message")]
    [InlineData("""[{"message":"Hei"},{"message":1}]""", "[1].message")]
    [InlineData("""[{"message":"Hei"},{"message":"Hei","delaySeconds":1,"dueAt":"2026-06-15T10:00:00Z"}]""", "[1].dueAt")]
    [InlineData("""[{"message":"Hei"},{"message":"Hei","timeoutSeconds":0}]""", "[1].timeoutSeconds")]
    [InlineData("""[{"message":"Hei"},{"message":"Hei","group":" "}]""", "[1].group")]
    [InlineData("""[{"message":"Hei"},{"message":"Hei","message":"Hei"}]""", "[1].message")]
    [InlineData("""[{"message":"Hei"},{"message":"Hei","Name":"x"}]""", "[1].Name")]
    [InlineData("""[{"message":"Hei"},null]""", "[1]")]
    [InlineData("""[{"message":"Hei"},"Hei"]""", "[1]")]
    [InlineData("""[]""", "body")]
    [InlineData("""{"message":"Hei"}""", "body")]
    [InlineData("""null""", "body")]
    [InlineData("""[{"message":"Hei"}""", "[1]")]
    [InlineData("""[{"message":"Hei"}] x""", "[1]")]
    [InlineData("", "body")]
    public async Task Batch_OneBadTask_NamesItsFieldAndCreatesNothing(string body, string field)
    {
        (await Post("/tasks/batch", body)).IsInvalid(field);
        Assert.Equal(0, await Created());
    }

    [Fact]
    public async Task Batch_SeveralBadTasks_NamesEveryField()
    {
        var errors = (await Post("/tasks/batch", """[{"message":""},{"message":"Hei"},{"message":"Hei","delaySeconds":-1,"name":""}]""")).IsInvalid("[0].message").Json.GetProperty("errors");

        Assert.Equal(["[0].message", "[2].delaySeconds", "[2].name"], errors.Members());
    }

    [Fact]
    public async Task Batch_AllBad_NamesABoundedNumberOfFields()
    {
        var errors = (await Post("/tasks/batch", $"[{string.Join(',', Enumerable.Repeat("{}", 10_000))}]")).IsInvalid("[0].message").Json.GetProperty("errors");

        Assert.Equal(100, errors.Members().Count());
    }

    [Fact]
    public async Task Batch_AsManyAsAllowed_AreCreated() =>
        Assert.Equal(10_000, (await Post("/tasks/batch", Many(10_000))).IsJson(HttpStatusCode.Accepted).Items("tasks").Select(TaskJson.Id).Distinct().Count());

    [Fact]
    public async Task Batch_MoreThanAllowed_CreatesNothing()
    {
        (await Post("/tasks/batch", Many(10_001))).IsInvalid("body");
        (await Post("/tasks/batch", $"[{string.Join(',', Enumerable.Repeat("{}", 100_001))}]")).IsInvalid("body");
        Assert.Equal(0, await Created());
    }

    [Fact]
    public async Task Batch_MoreThanThereIsRoomFor_CreatesNothing()
    {
        (await Post("/tasks/batch", Many(10))).Is(HttpStatusCode.Accepted);
        (await Post("/tasks/batch", Many(1))).Is(HttpStatusCode.Accepted);

        (await Post("/tasks/batch", Many(10_000))).IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached");

        Assert.Equal(11, await Created());
    }

    [Theory]
    [InlineData("/tasks/batch", "[", "]")]
    [InlineData("/tasks/gather", """{"waitSeconds":0,"tasks":[""", "]}")]
    public async Task Body_UpToSixteenMebibytes_IsTaken(string path, string start, string end)
    {
        var task = $$"""{"message":"{{new string('x', 4_096)}}","delaySeconds":100}""";
        var body = $"{start}{string.Join(',', Enumerable.Repeat(task, 4_000))}{end}";
        Assert.InRange(body.Length, 15 << 20, 16 << 20);

        (await Post(path, body + new string(' ', (16 << 20) - body.Length))).Is(HttpStatusCode.Accepted);
        (await Post(path, body + new string(' ', (16 << 20) + 1 - body.Length))).IsProblem(HttpStatusCode.RequestEntityTooLarge, "content-too-large");
    }

    [Fact]
    public async Task Body_OfAWaitOverOneMebibyte_IsTooLarge() =>
        (await Post("/tasks/wait", Ids(["x"]) + new string(' ', 1 << 20))).IsProblem(HttpStatusCode.RequestEntityTooLarge, "content-too-large");

    private static string Many(int count) => $"[{string.Join(',', Enumerable.Repeat(NewTask(100), count))}]";
}
