using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>Which tasks the calls on many take, and how they refuse what they don't.</summary>
public sealed class SelectionTests() : GatheringTests(("Tasks:MaxPending", "50"), ("Tasks:MaxGroupWait", "3"))
{
    private const string Unknown = "01890000-0000-7000-8000-000000000000";

    [Theory]
    [InlineData("gather")]
    [InlineData("wait")]
    [InlineData("as-completed")]
    public async Task Call_UnknownAndMalformedIds_NamesThemAllBeforeItWaits(string call)
    {
        var known = await Create(100);

        var reply = await Post($"/tasks/{call}", Ids([known, "x", Unknown, "x", "", known]));

        Assert.Equal(["x", Unknown, ""], reply.IsProblem(HttpStatusCode.NotFound, "task-not-found").Json.Items("ids").Select(static id => id.GetString()));
    }

    [Theory]
    [InlineData("gather")]
    [InlineData("wait")]
    [InlineData("as-completed")]
    public async Task Call_AnotherOwnersTask_IsAsUnknownAsOneThatNeverWas(string call)
    {
        var stranger = new TaskSpec { Message = "secret", Schedule = new(100), Group = "g" };
        var created = await Api.Services.GetRequiredService<ITaskStorage>().CreateAsync("somebody", stranger, watch: false, TestContext.Current.CancellationToken);
        var id = created.Task!.Id.ToString();

        var reply = await Post($"/tasks/{call}", Ids([id]));

        Assert.Equal([id], reply.IsProblem(HttpStatusCode.NotFound, "task-not-found").Json.Items("ids").Select(static one => one.GetString()));
        Assert.Empty((await Post("/tasks/gather", """{"group":"g"}""")).IsJson(HttpStatusCode.OK).Items("tasks"));
    }

    [Theory]
    [InlineData("gather")]
    [InlineData("wait")]
    [InlineData("as-completed")]
    public async Task Call_MoreIdsThanAllowed_IsRefused(string call)
    {
        var id = await Create(100);

        (await Post($"/tasks/{call}", Ids(Enumerable.Repeat(id, 10_001)))).IsInvalid("ids");
        (await Post($"/tasks/{call}", Ids(Enumerable.Repeat(id, 10_000), "\"waitSeconds\":0"))).Is(call == "gather" ? HttpStatusCode.Accepted : HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("gather")]
    [InlineData("wait")]
    [InlineData("as-completed")]
    public async Task Call_FarTooManyIds_StopsReadingThem(string call) =>
        Assert.Contains("100000", (await Post($"/tasks/{call}", Ids(Enumerable.Repeat("x", 150_000)))).IsInvalid("ids").Body, StringComparison.Ordinal);

    [Theory]
    [InlineData("gather", """{}""", "ids")]
    [InlineData("gather", """{}""", "tasks")]
    [InlineData("gather", """{}""", "group")]
    [InlineData("gather", """{"ids":null}""", "ids")]
    [InlineData("gather", """{"ids":[],"group":"g"}""", "ids")]
    [InlineData("gather", """{"ids":[],"group":"g"}""", "group")]
    [InlineData("gather", """{"ids":[],"tasks":[]}""", "tasks")]
    [InlineData("gather", """{"ids":[],"tasks":[{"message":"Hei"}],"group":"g"}""", "tasks")]
    [InlineData("as-completed", """{}""", "ids")]
    [InlineData("as-completed", """{}""", "group")]
    [InlineData("as-completed", """{"ids":[],"group":"g"}""", "group")]
    [InlineData("as-completed", """{"tasks":[]}""", "tasks")]
    [InlineData("wait", """{}""", "ids")]
    [InlineData("wait", """{"ids":[]}""", "ids")]
    [InlineData("wait", """{"group":"g"}""", "group")]
    public async Task Call_NotExactlyOneWayToSayWhich_NamesTheFields(string call, string body, string field)
    {
        (await Post($"/tasks/{call}", body)).IsInvalid(field);
        Assert.Equal(0, await Created());
    }

    [Theory]
    [InlineData("gather", """{"ids":"x"}""", "ids")]
    [InlineData("gather", """{"ids":[1]}""", "ids[0]")]
    [InlineData("gather", """{"ids":["x",null]}""", "ids[1]")]
    [InlineData("gather", """{"ids":["\ud800"]}""", "ids[0]")]
    [InlineData("gather", """{"ids":[],"ids":[]}""", "ids")]
    [InlineData("gather", """{"Ids":[]}""", "Ids")]
    [InlineData("gather", """{"group":"not a group"}""", "group")]
    [InlineData("gather", """{"group":""}""", "group")]
    [InlineData("gather", """{"ids":[],"returnExceptions":"yes"}""", "returnExceptions")]
    [InlineData("gather", """{"ids":[],"onTimeout":"abort"}""", "onTimeout")]
    [InlineData("gather", """{"ids":[],"onTimeout":1}""", "onTimeout")]
    [InlineData("gather", """{"ids":[],"waitSeconds":-1}""", "waitSeconds")]
    [InlineData("gather", """{"ids":[],"waitSeconds":"1"}""", "waitSeconds")]
    [InlineData("gather", """{"ids":[],"waitSeconds":1e999}""", "waitSeconds")]
    [InlineData("gather", """{"ids":[],"returnWhen":"allCompleted"}""", "returnWhen")]
    [InlineData("gather", "", "body")]
    [InlineData("gather", "[]", "body")]
    [InlineData("gather", "null", "body")]
    [InlineData("gather", """{"ids":[]""", "body")]
    [InlineData("wait", """{"ids":["x"],"returnWhen":"ALL_COMPLETED"}""", "returnWhen")]
    [InlineData("wait", """{"ids":["x"],"returnExceptions":true}""", "returnExceptions")]
    [InlineData("wait", """{"ids":["x"],"waitSeconds":-0.001}""", "waitSeconds")]
    [InlineData("as-completed", """{"ids":[],"waitSeconds":-1}""", "waitSeconds")]
    [InlineData("as-completed", """{"ids":[],"onTimeout":"cancel"}""", "onTimeout")]
    [InlineData("as-completed", """{"group":"not a group"}""", "group")]
    public async Task Call_BadField_NamesIt(string call, string body, string field) => (await Post($"/tasks/{call}", body)).IsInvalid(field);

    [Theory]
    [InlineData("""{"tasks":[{"message":"Hei"},{"message":""}]}""", "tasks[1].message")]
    [InlineData("""{"tasks":[{"message":"Hei"},{"message":"Hei","delaySeconds":-1}]}""", "tasks[1].delaySeconds")]
    [InlineData("""{"tasks":[{"message":"Hei"},{"message":"Hei","delaySeconds":"1"}]}""", "tasks[1].delaySeconds")]
    [InlineData("""{"tasks":[{"message":"Hei"},{"message":"Hei","colour":1}]}""", "tasks[1].colour")]
    [InlineData("""{"tasks":[{"message":"Hei"},null]}""", "tasks[1]")]
    [InlineData("""{"tasks":[{"message":"Hei"},[]]}""", "tasks[1]")]
    [InlineData("""{"tasks":[{"message":"Hei"}],"waitSeconds":-1}""", "waitSeconds")]
    [InlineData("""{"tasks":{"message":"Hei"}}""", "tasks")]
    public async Task Gather_OneNewTaskIsBad_NamesItsFieldAndCreatesNothing(string body, string field)
    {
        (await Post("/tasks/gather", body)).IsInvalid(field);
        Assert.Equal(0, await Created());
    }

    [Fact]
    public async Task Gather_MoreNewTasksThanAllowed_IsRefused()
    {
        (await Post("/tasks/gather", $$"""{"tasks":[{{string.Join(',', Enumerable.Repeat(NewTask(1), 10_001))}}]}""")).IsInvalid("tasks");
        Assert.Equal(0, await Created());
    }

    [Fact]
    public async Task Gather_MoreNewTasksThanThereIsRoomFor_CreatesNothing()
    {
        await CreateAll(100, 100);

        var reply = await Post("/tasks/gather", $$"""{"tasks":[{{string.Join(',', Enumerable.Repeat(NewTask(1), 49))}}]}""");

        Assert.NotNull(reply.IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached").Header("Retry-After"));
        Assert.Equal(2, await Created());
    }

    [Theory]
    [InlineData("gather")]
    [InlineData("as-completed")]
    public async Task Call_LargerGroupThanAllowed_IsRefused(string call)
    {
        for (var i = 0; i < 3; i++)
            await Create(NewTask(100));
        (await Post($"/tasks/{call}", """{"group":"g","waitSeconds":0}""")).Is(call == "gather" ? HttpStatusCode.Accepted : HttpStatusCode.OK);
        await Create(NewTask(100));

        (await Post($"/tasks/{call}", """{"group":"g","waitSeconds":0}""")).IsInvalid("group");
    }

    [Theory]
    [InlineData("gather")]
    [InlineData("wait")]
    [InlineData("as-completed")]
    [InlineData("batch")]
    public async Task Call_OtherThanPost_IsNotAllowed(string call)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete })
            Assert.Equal("POST", (await Send(method, $"/tasks/{call}", null)).IsProblem(HttpStatusCode.MethodNotAllowed, "method-not-allowed").Header("Allow"));
    }

    [Theory]
    [InlineData("gather", "text/plain")]
    [InlineData("gather", null)]
    [InlineData("wait", "application/xml")]
    [InlineData("as-completed", "application/x-ndjson")]
    [InlineData("batch", "text/plain")]
    [InlineData("batch", null)]
    [InlineData("gather", "application/x-www-form-urlencoded")]
    [InlineData("batch", "application/x-www-form-urlencoded")]
    public async Task Call_BodyOfAnotherType_IsRefusedWithTheTypesThatAreTaken(string call, string? mediaType)
    {
        var reply = (await Send(HttpMethod.Post, $"/tasks/{call}", Content(Ids([]), mediaType))).IsProblem(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");

        Assert.Equal(call == "batch" ? "application/json, application/x-ndjson" : "application/json", string.Join(", ", reply.Headers.GetValues("Accept")));
        Assert.All(reply.Headers.GetValues("Accept"), taken => Assert.All(taken.Split(", "), type => Assert.Contains(type, reply.Json.Text("detail"), StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("gather", """{"ids":["ID"],"onTimeout":"Leave","waitSeconds":0}""", HttpStatusCode.Accepted)]
    [InlineData("wait", """{"ids":["ID"],"returnWhen":"FIRSTCOMPLETED","waitSeconds":0}""", HttpStatusCode.OK)]
    public async Task Call_EnumValueInAnotherCase_IsTaken(string call, string body, HttpStatusCode status) =>
        (await Post($"/tasks/{call}", body.Replace("ID", await Create(100), StringComparison.Ordinal))).Is(status);

    [Theory]
    [InlineData("gather", "text/plain")]
    [InlineData("wait", "application/x-ndjson")]
    [InlineData("as-completed", "application/json")]
    [InlineData("batch", "text/event-stream")]
    public async Task Call_AnswerInAFormNotAccepted_IsRefused(string call, string accept) =>
        (await Post($"/tasks/{call}", Ids([]), ("Accept", accept))).IsProblem(HttpStatusCode.NotAcceptable, "not-acceptable");
}
