using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Gathers;

/// <summary>Gathers, and what they gather, where nothing is kept that is done: whoever waits learns the outcome all the same.</summary>
public sealed class GatherForgottenTests() : WorkEndpointTests(("Tasks:Retention", "00:00:00"), ("Tasks:FailedRetention", "00:00:00"))
{
    // Another time than a lease's, whose timer is armed before.
    private const int Wait = 25;

    [Theory]
    [InlineData("")]
    [InlineData("&force=true")]
    [InlineData("&reason=enough")]
    public async Task Cancel_Awaited_AnswersTheGather(string more)
    {
        var member = await Create(60);
        var (owning, naming) = (await Gather("\"tasks\":[{\"type\":\"resize\"},{\"message\":\"Hei\",\"delaySeconds\":60}]"), await Gather($"\"ids\":[\"{member}\"]"));

        foreach (var id in (string[])[owning, naming])
        {
            var cancelled = (await Delete($"/tasks/{id}?waitSeconds=30{more}")).IsJson(HttpStatusCode.OK);
            Assert.Equal((id, "cancelled"), (cancelled.Id(), cancelled.Status()));
        }

        Assert.Equal("pending", (await Look(member)).Status());
        (await Send(HttpMethod.Delete, $"/tasks/{Guid.CreateVersion7()}", null, ("Prefer", "wait=1"))).IsProblem(HttpStatusCode.NotFound, "task-not-found");
    }

    [Fact]
    public async Task Cancel_AwaitedUntilItsTasksHaveEnded_AnswersTheGather()
    {
        var id = await Gather("\"tasks\":[{\"type\":\"resize\"}]");
        var token = Token((await Acquire()).Items("tasks")[0]);
        var held = Send(HttpMethod.Delete, $"/tasks/{id}", null, ("Prefer", $"wait={Wait}"));
        await Api.Clock.TimerArmed(Seconds(Wait));

        await Finish(token, "\"cancelled\":true");

        Assert.Equal("cancelled", (await held).IsJson(HttpStatusCode.OK).Status());
    }

    [Fact]
    public async Task Cancel_AwaitedOfWhatReturnsAllTheSame_SaysThatItHasFinished()
    {
        var (id, token) = await Run();
        var held = Delete($"/tasks/{id}?waitSeconds={Wait}");
        await Api.Clock.TimerArmed(Seconds(Wait));

        await Finish(token, "\"result\":1");

        (await held).IsProblem(HttpStatusCode.Conflict, "task-already-finished");
    }

    [Fact]
    public async Task Create_Awaited_AnswersTheGather()
    {
        var waiting = Post("/tasks?waitSeconds=30", "{\"type\":\"gather\",\"input\":{\"tasks\":[{\"message\":\"Hei\",\"delaySeconds\":5}]}}");
        await Api.Clock.TimerArmed(Seconds(30));

        Clock.Advance(Seconds(5));

        Assert.EndsWith(" Hei", Assert.Single((await waiting).IsJson(HttpStatusCode.OK).Items("result")).GetString());
    }

    private async Task<string> Gather(string input) => (await Create($$$"""{"type":"gather","input":{{{{input}}}}}""")).Id();
}
