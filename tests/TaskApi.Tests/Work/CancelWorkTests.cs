using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>DELETE and PATCH of tasks with a type.</summary>
public sealed class CancelWorkTests : WorkEndpointTests
{
    [Fact]
    public async Task Cancel_ARunningTask_RequestsIt()
    {
        var (id, token) = await Run();

        var first = (await Delete($"/tasks/{id}?reason=one")).IsJson(HttpStatusCode.Accepted);
        var again = (await Delete($"/tasks/{id}?reason=two")).IsJson(HttpStatusCode.Accepted);

        Assert.Equal(("running", true), (first.Status(), first.GetProperty("cancelRequested").GetBoolean()));
        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal("cancelled", (await Finish(token, "\"cancelled\":true")).Status());
        // The first reason stays.
        Assert.Equal("one", (await Look(id)).GetProperty("error").Text("detail"));
        (await Delete($"/tasks/{id}")).IsJson(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("\"cancelled\":true", HttpStatusCode.OK)]
    [InlineData("\"result\":1", HttpStatusCode.Conflict)]
    [InlineData("\"error\":{\"reason\":\"E\"}", HttpStatusCode.Conflict)]
    public async Task Cancel_HeldUntilTheTaskIsDone_SaysHowItEnded(string outcome, HttpStatusCode status)
    {
        var (id, token) = await Run(""" "retry":{"maxAttempts":5} """);
        var cancelling = Delete($"/tasks/{id}?waitSeconds=60");
        await Clock.TimerArmed(Seconds(60));

        await Finish(token, outcome);

        var answer = (await cancelling).Is(status);
        if (status == HttpStatusCode.Conflict)
            answer.IsProblem(status, "task-already-finished");
        else
            Assert.Equal("cancelled", answer.Json.Status());
    }

    [Fact]
    public async Task Cancel_HeldForLessThanTheGrace_IsAcceptedStill()
    {
        var (id, _) = await Run();
        var cancelling = Send(HttpMethod.Delete, $"/tasks/{id}", null, ("Prefer", "wait=5"));
        await Clock.TimerArmed(Seconds(5));
        Clock.Advance(Seconds(5));

        var answer = await cancelling;

        Assert.Equal("running", answer.IsJson(HttpStatusCode.Accepted).Status());
        Assert.Equal("wait=5", answer.Header("Preference-Applied"));
        await Pass(Seconds(6));
        Assert.Equal("cancelled", (await Look(id)).Status());
    }

    [Fact]
    public async Task Cancel_ByForce_GivesNoGrace()
    {
        var (id, token) = await Run();

        Assert.Equal("cancelled", (await Delete($"/tasks/{id}?force=true")).IsJson(HttpStatusCode.OK).Status());
        Assert.Equal("lease-lost", Problem(await Finish(token, "\"result\":1")));
        (await Delete($"/tasks/{id}?force=yes")).IsInvalid("force");
    }

    [Fact]
    public async Task BulkCancel_OfBothKinds_CountsThemApart()
    {
        await Run(""" "group":"g" """);
        await CreateWork(""" "group":"g","delaySeconds":5 """);
        await Create("""{"message":"Hei","group":"g","delaySeconds":5}""");

        var counts = (await Delete("/tasks?group=g")).IsJson(HttpStatusCode.OK);

        Assert.Equal((2, 1), (counts.Number("cancelled"), counts.Number("requested")));
    }

    [Fact]
    public async Task Timeout_OfARunningTask_RequestsItsEnd()
    {
        var (id, token) = await Run(""" "timeoutSeconds":5 """);
        await Pass(Seconds(5));

        Assert.Equal("timeout", Assert.Single((await Beat(token)).Items("cancel")).Text("reason"));
        await Finish(token, "\"cancelled\":true");
        Assert.Equal("timeout", (await Look(id)).GetProperty("error").Text("reason"));
    }

    [Fact]
    public async Task Patch_APendingTask_ChangesInputAndPriority()
    {
        var id = (await CreateWork(""" "input":1,"delaySeconds":60 """)).Id();

        var task = (await Patch($"/tasks/{id}", """{"input":null,"priority":7}""")).IsJson(HttpStatusCode.OK);

        Assert.Equal(("null", 7), (task.GetProperty("input").GetRawText(), task.Number("priority")));
        (await Patch($"/tasks/{id}", """{"message":"Hei"}""")).IsInvalid("message");
        (await Patch($"/tasks/{id}", """{"priority":101}""")).IsInvalid("priority");
        (await Patch($"/tasks/{id}", $$"""{"input":"{{new string('a', 65536)}}"}""")).IsInvalid("input");
        (await Patch($"/tasks/{id}", "{}")).IsInvalid("body");
        var message = await Create(60);
        (await Patch($"/tasks/{message}", """{"input":1}""")).IsInvalid("input");
        (await Patch($"/tasks/{message}", """{"priority":1}""")).IsInvalid("priority");
    }

    [Fact]
    public async Task Patch_ARunningTask_IsRefused()
    {
        var (id, _) = await Run();

        (await Patch($"/tasks/{id}", """{"priority":1}""")).IsProblem(HttpStatusCode.Conflict, "task-running");
        var result = (await Get($"/tasks/{id}/result")).IsProblem(HttpStatusCode.Conflict, "task-not-finished");
        Assert.Equal("1", result.Header("Retry-After"));
    }
}
