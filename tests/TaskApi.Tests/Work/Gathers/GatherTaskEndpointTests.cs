using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Gathers;

/// <summary>Tasks of type <c>gather</c> over HTTP.</summary>
public sealed class GatherTaskEndpointTests : WorkEndpointTests
{
    [Fact]
    public async Task Create_AGather_IsRunningWithoutATokenAndCompletesWithTheList()
    {
        var first = (await Create("""{"message":"Hello","delaySeconds":60}""")).Id();

        var gather = await Create($$$"""{"type":"gather","name":"all","input":{"ids":["{{{first}}}","{{{first}}}"]}}""");

        Assert.Equal(("running", 1, JsonValueKind.Null, JsonValueKind.Null, false), (gather.Status(), gather.Number("attempt"), gather.GetProperty("queue").ValueKind, gather.GetProperty("worker").ValueKind, gather.TryGetProperty("lease", out _)));
        Api.Clock.Advance(TimeSpan.FromSeconds(60));
        var result = (await Get($"/tasks/{first}")).Json.Text("result");
        Assert.Equal([result, result], (await Look(gather.Id())).Items("result").Select(static one => one.GetString()));
        Assert.Equal(1, Assert.Single((await Get($"/tasks/{gather.Id()}/attempts")).Json.Items("attempts")).Number("number"));
        (await Post($"/tasks/{gather.Id()}/rerun", "")).IsInvalid("type");
    }

    [Fact]
    public async Task Create_WithTasks_ListsThemByTheirParentAndShowsThemInTheTree()
    {
        var gather = await Create("""{"type":"gather","input":{"tasks":[{"type":"resize"},{"type":"gather","input":{"tasks":[{"type":"resize"}]}}]}}""");

        var children = (await Get($"/tasks?parent={gather.Id()}")).Json.Items("tasks");
        Assert.Equal(["resize", "gather"], children.Select(static child => child.Text("type")));
        var outer = await Create($$$"""{"type":"gather","input":{"ids":["{{{gather.Id()}}}"]}}""");
        var tree = (await Get($"/tasks/{outer.Id()}/tree", ("Accept", "text/plain"))).Body;
        Assert.Equal(["gather", "└── awaits gather", "    ├── created resize", "    └── created gather", "        └── created resize"], tree.TrimEnd('\n').Split('\n').Select(static line => line[..line.IndexOf(" 0", StringComparison.Ordinal)]));
        Assert.Equal((3, 2), ((await Get("/tasks/stats")).Json is var stats ? (stats.Number("running"), stats.Number("pending")) : default));
    }

    [Fact]
    public async Task Create_OfMoreResultsThanACallMayGather_IsInvalid()
    {
        var future = await Create("""{"type":"future"}""");
        await Finish(future.GetProperty("lease").Text("token")!, $"\"result\":\"{new string('x', 60_000)}\"");
        var gather = $$$"""{"type":"gather","input":{"ids":[{{{string.Join(',', Enumerable.Repeat($"\"{future.Id()}\"", 275))}}}]}}""";
        var five = string.Join(',', Enumerable.Repeat(gather, 5));

        (await Post("/tasks/batch", $"[{five}]")).IsInvalid("[4].input.ids");
        (await Post("/tasks", $$$"""{"type":"gather","input":{"tasks":[{{{five}}}]}}""", ("Idempotency-Key", "k"))).IsInvalid("input.tasks[4].input.ids");
        Assert.Equal(1, (await Get("/tasks/stats")).Json.Number("created"));
    }

    [Fact]
    public async Task Create_InABatch_MayBeWaitedForByItsPlace()
    {
        var id = (await Create("""{"type":"resize"}""")).Id();

        var batch = (await Post("/tasks/batch", $$$"""[{"type":"gather","input":{"ids":["{{{id}}}"]}},{"type":"next","after":["#0"]}]""")).IsJson(HttpStatusCode.Accepted).Items("tasks");

        Assert.Equal(batch[0].Id(), batch[1].GetProperty("after").Items("ids")[0].GetString());
    }

    [Fact]
    public async Task Create_WithAKeyTwice_CreatesItsTasksOnce()
    {
        const string Body = """{"type":"gather","input":{"tasks":[{"type":"resize"},{"type":"resize"}]}}""";
        var first = await Post("/tasks", Body, ("Idempotency-Key", "k"));
        var again = await Post("/tasks", Body, ("Idempotency-Key", "k"));

        Assert.Equal(first.IsJson(HttpStatusCode.Accepted).GetRawText(), again.IsJson(HttpStatusCode.Accepted).GetRawText());
        Assert.Equal(3, (await Get("/tasks/stats")).Json.Number("created"));
    }

    [Fact]
    public async Task Create_OfUnknownTasks_NamesThem()
    {
        var unknown = (await Post("/tasks", """{"type":"gather","input":{"tasks":[{"type":"gather","input":{"ids":["x","019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61"]}}]}}""")).IsProblem(HttpStatusCode.NotFound, "task-not-found").Json;

        Assert.Equal(["x", "019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61"], unknown.Items("ids").Select(static id => id.GetString()));
        Assert.Equal(0, (await Get("/tasks/stats")).Json.Number("created"));
    }

    [Fact]
    public async Task Create_OfAnIdThatIsOneToDotnetAlone_IsRefused()
    {
        var id = "+" + (await Create("""{"type":"resize"}""")).Id()[1..];

        var unknown = (await Post("/tasks", $$$"""{"type":"gather","input":{"ids":["{{{id}}}"]}}""")).IsProblem(HttpStatusCode.NotFound, "task-not-found").Json;

        Assert.Equal([id], unknown.Items("ids").Select(static given => given.GetString()));
        (await Post("/tasks", $$"""{"type":"resize","after":["{{id}}"]}""")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        (await Get($"/tasks/{Uri.EscapeDataString(id)}")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
    }

    // Earlier versions took them.
    [Fact]
    public void Ids_OfAGatherThatIsThere_AreReadInTheFormsOfDotnet() =>
        Assert.Equal([Guid.Parse("019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61")], GatherInputRules.IdsOf(Encoding.UTF8.GetBytes("""{"ids":["+19ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61","019CA8A0-3e80-7d4a-8b1c-5e2f9a7c3d61"]}""")));

    [Fact]
    public async Task Delete_OfAGatherWithTasks_IsARequestThatIsHeldUntilTheyHaveEnded()
    {
        var gather = (await Create("""{"type":"gather","input":{"tasks":[{"type":"resize"},{"type":"later","delaySeconds":60}]}}""")).Id();
        var lease = (await Post("/work/acquire", """{"worker":"w","queues":["resize"]}""")).Json.Items("tasks")[0].GetProperty("lease").Text("token");

        Assert.True((await Delete($"/tasks/{gather}")).IsJson(HttpStatusCode.Accepted).GetProperty("cancelRequested").GetBoolean());
        var held = Delete($"/tasks/{gather}?waitSeconds=30");
        await Post("/work/finish", $$"""{"outcomes":[{"token":"{{lease}}","cancelled":true}]}""");

        Assert.Equal("cancelled", (await held).IsJson(HttpStatusCode.OK).Status());
    }

    [Fact]
    public async Task Create_AsTaskOfASchedule_NamesTheType() =>
        (await Send(HttpMethod.Put, "/schedules/s", new StringContent("""{"everySeconds":60,"task":{"type":"gather","input":{"tasks":[{"type":"a"}]}}}""", Encoding.UTF8, "application/json"))).IsInvalid("task.type");

    [Fact]
    public async Task Create_TooMuchOrTooDeep_SaysHowMuchThereMayBe()
    {
        var many = string.Join(',', Enumerable.Repeat("""{"message":"m"}""", 10_001));
        (await Post("/tasks", $$$"""{"type":"gather","input":{"tasks":[{{{many}}}]}}""")).IsInvalid("input.tasks");
        var deep = Enumerable.Range(0, 17).Aggregate("""{"message":"m"}""", static (inner, _) => $$$"""{"type":"gather","input":{"tasks":[{{{inner}}}]}}""");
        Assert.Contains("16 gathers", (await Post("/tasks", deep)).Is(HttpStatusCode.BadRequest).Body, StringComparison.Ordinal);
        var wide = string.Join(',', Enumerable.Repeat("\"019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61\"", 100_001));
        (await Post("/tasks/batch", string.Create(CultureInfo.InvariantCulture, $$$"""[{"type":"gather","input":{"ids":[{{{wide}}}]}}]"""))).IsInvalid("[0].input.ids");
    }
}
