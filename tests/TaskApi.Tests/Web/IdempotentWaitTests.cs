using System.Net;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web;

/// <summary>Idempotency-Key on a creation that waits.</summary>
public sealed class IdempotentWaitTests() : EndpointTests(("Tasks:Retention", "01:00:00"))
{
    private const string Hei = """{"message":"Hei","delaySeconds":10}""";

    [Fact]
    public async Task CreateAndWait_SameKey_GivesTheFirstAnswerAgain()
    {
        var waiting = Wait(Hei);
        await Clock.TimerArmed(Seconds(30));
        Clock.Advance(Seconds(10));
        var first = (await waiting).Is(HttpStatusCode.OK);
        Assert.Equal("wait=30", first.Header("Preference-Applied"));

        AssertReplayOf(first, await Wait(Hei));
        AssertReplayOf(first, await Keyed(Hei));
    }

    [Fact]
    public async Task CreateAndWait_OutOfTime_GivesTheFirstAnswerAgain()
    {
        var waiting = Wait("""{"message":"Hei","delaySeconds":60}""");
        await Clock.TimerArmed(Seconds(30));
        Clock.Advance(Seconds(30));
        var first = (await waiting).Is(HttpStatusCode.Accepted);
        Clock.Advance(Seconds(60));
        AssertReplayOf(first, await Wait("""{"message":"Hei","delaySeconds":60}"""));
    }

    [Fact]
    public async Task CreateAndWait_SameKeyMeanwhile_WaitsForTheFirstAnswer()
    {
        var first = Wait(Hei);
        await Clock.TimerArmed(Seconds(30));
        var second = Wait(Hei);
        (await Wait("""{"message":"Bye"}""")).IsProblem(HttpStatusCode.UnprocessableEntity);
        Clock.Advance(Seconds(10));
        AssertReplayOf(await first, await second);
        Assert.Equal(1, await Created());
    }

    [Fact]
    public async Task CreateAndWait_HungUp_IsTakenUpByTheRetry()
    {
        await HangUp(Hei);
        var retry = Wait(Hei);
        await Clock.TimerArmed(Seconds(30));
        Clock.Advance(Seconds(10));
        var reply = await retry;
        Assert.Equal("completed", reply.IsJson(HttpStatusCode.OK).Status());
        Assert.Equal("true", reply.Header("Idempotency-Replayed"));
        Assert.Equal("wait=30", reply.Header("Preference-Applied"));
        Assert.Equal(1, await Created());
        AssertReplayOf(reply, await Wait(Hei));
    }

    [Fact]
    public async Task CreateAndWait_HungUpWhileAnotherWaits_IsTakenUpByTheOther()
    {
        using var hangUp = new CancellationTokenSource();
        var first = WaitUntil(Hei, hangUp.Token);
        await Clock.TimerArmed(Seconds(30));
        var second = Wait(Hei);
        Clock.Advance(Seconds(1));
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Clock.TimerArmed(Seconds(30));
        Clock.Advance(Seconds(9));
        Assert.Equal("completed", (await second).IsJson(HttpStatusCode.OK).Status());
        Assert.Equal(1, await Created());
    }

    [Fact]
    public async Task CreateAndWait_HungUpAndForgotten_FindsTheTaskAsItWasCreated()
    {
        await HangUp(Hei);
        await Pass(Seconds(10));
        await Pass(TimeSpan.FromHours(2));
        var reply = (await Wait(Hei)).Is(HttpStatusCode.Accepted);
        Assert.Equal("pending", reply.Json.Status());
        (await Get(reply.Header("Location")!)).IsProblem(HttpStatusCode.NotFound);
        Assert.Equal(3, await Created());
    }

    [Fact]
    public async Task CreateAndWait_AgainWithoutAWait_GivesTheFirstAnswerAgain()
    {
        var waiting = Wait(Hei);
        await Clock.TimerArmed(Seconds(30));
        var second = Keyed(Hei);
        Clock.Advance(Seconds(10));
        AssertReplayOf(await waiting, await second);
    }

    [Fact]
    public async Task Create_AgainWithAWait_GivesTheFirstAnswerWithoutWaiting()
    {
        var first = await Keyed(Hei);
        AssertReplayOf(first, await Wait(Hei));
    }

    private static void AssertReplayOf(Reply first, Reply second) => IdempotencyTests.AssertReplayOf(first, second);

    private Task<Reply> Keyed(string json) => Post("/tasks", json, (IdempotencyKeyHeader.Name, "key"));

    private Task<Reply> Wait(string json) => WaitUntil(json, TestContext.Current.CancellationToken);

    private async Task<Reply> WaitUntil(string json, CancellationToken hangUp)
    {
        using var client = Api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = Content(json) };
        request.Headers.Add("Prefer", "wait=30");
        request.Headers.Add(IdempotencyKeyHeader.Name, "key");
        using var response = await client.SendAsync(request, hangUp);
        return await Reply.Read(response);
    }

    private async Task HangUp(string json)
    {
        using var hangUp = new CancellationTokenSource();
        var call = WaitUntil(json, hangUp.Token);
        await Clock.TimerArmed(Seconds(30));
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Clock.TimerGone(Seconds(30));
    }

    private async Task<double> Created() => (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK).Number("created");
}
