using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web;

/// <summary>Query parameters that a call doesn't take.</summary>
public sealed class QueryTests : EndpointTests
{
    [Theory]
    [InlineData("GET", "/tasks?staus=pending", "staus", "status")]
    [InlineData("GET", "/tasks?Status=pending", "Status", "status")]
    [InlineData("GET", "/tasks?status=pending&limits=3", "limits", "limit")]
    [InlineData("GET", "/tasks?pretty", "pretty", null)]
    [InlineData("GET", "/tasks/stats?group=g", "group", null)]
    [InlineData("GET", "/tasks/{id}?wait=5", "wait", "waitSeconds")]
    [InlineData("GET", "/tasks/{id}?waitseconds=5", "waitseconds", "waitSeconds")]
    [InlineData("GET", "/tasks/{id}/done?waitSeconds=5", "waitSeconds", null)]
    [InlineData("GET", "/tasks/{id}/result?waitSecond=5", "waitSecond", "waitSeconds")]
    [InlineData("DELETE", "/tasks/{id}?raeson=x", "raeson", "reason")]
    [InlineData("PATCH", "/tasks/{id}?delaySeconds=5", "delaySeconds", null)]
    [InlineData("POST", "/tasks?waitSecs=5", "waitSecs", "waitSeconds")]
    [InlineData("POST", "/tasks/batch?waitSeconds=5", "waitSeconds", null)]
    [InlineData("POST", "/tasks/gather?waitSeconds=5", "waitSeconds", null)]
    [InlineData("POST", "/tasks/wait?x=1", "x", null)]
    [InlineData("POST", "/tasks/as-completed?group=g", "group", null)]
    [InlineData("GET", "/tasks/events?grup=g", "grup", "group")]
    [InlineData("HEAD", "/tasks?staus=pending", null, null)]
    public async Task Parameter_Unknown_IsRefusedWithTheNearestKnownOne(string method, string path, string? name, string? meant)
    {
        var id = await Create(10);

        var reply = await Send(new HttpMethod(method), path.Replace("{id}", id, StringComparison.Ordinal), method is "POST" or "PATCH" ? Content("{}") : null);

        reply.Is(HttpStatusCode.BadRequest);
        if (name is null)
            return;
        var sentence = reply.IsInvalid(name).Json.GetProperty("errors").Items(name)[0].GetString()!;
        Assert.Equal(meant is null ? "is not a query parameter of this call." : $"is not a query parameter of this call (did you mean {meant}?).", sentence);
        Assert.Equal("pending", (await Look(id)).Status());
    }

    [Fact]
    public async Task Parameters_SeveralWrong_AreAllNamed()
    {
        var reply = await Get("/tasks?a=1&status=pending&status=failed&=x&b");

        reply.IsInvalid("a").IsInvalid("b").IsInvalid("query");
        Assert.Equal("must be given only once.", reply.IsInvalid("status").Json.GetProperty("errors").Items("status")[0].GetString());
    }

    [Theory]
    [InlineData("/tasks?all=true&grup=g", "grup")]
    [InlineData("/tasks?All=true", "All")]
    [InlineData("/tasks?all=true&all=true", "all")]
    [InlineData("/tasks?group=g&group=h", "group")]
    public async Task BulkCancel_ParameterWrong_CancelsNothing(string path, string name)
    {
        var id = (await Create("""{"message":"Hei","delaySeconds":10,"group":"g"}""")).Id();

        (await Delete(path)).IsInvalid(name);

        Assert.Equal("pending", (await Look(id)).Status());
    }

    [Fact]
    public async Task Parameter_TooLongToShow_IsShownInPart()
    {
        var reply = await Get($"/tasks?{new string('x', 127)}%F0%9F%98%80{new string('y', 500)}=1");

        reply.IsInvalid(new string('x', 127) + "…");
    }

    [Fact]
    public async Task Field_Unknown_IsRefusedWithTheNearestKnownOne()
    {
        var reply = (await Post("/tasks/gather", """{"tasks":[{"mesage":"Hei"}]}""")).IsInvalid("tasks[0].mesage");

        Assert.Equal("is not a field of this body (did you mean message?).", reply.Json.GetProperty("errors").Items("tasks[0].mesage")[0].GetString());
    }

    [Fact]
    public async Task Parameter_OfNoCall_IsNotFoundAsEver() => (await Get("/nothing?x=1")).IsProblem(HttpStatusCode.NotFound, "not-found");

    [Fact]
    public async Task Health_WithAParameter_IsAnswered() => (await Get("/health/live?x=1")).Is(HttpStatusCode.OK);
}
