using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Tests.Infrastructure;
using TaskApi.Web.Idempotency;

namespace TaskApi.Tests.Web;

/// <summary>Idempotency-Key on a single creation.</summary>
public sealed class IdempotencyTests() : EndpointTests(("Tasks:Retention", "01:00:00"))
{
    private const string Hei = """{"message":"Hei","delaySeconds":10}""";

    private IdempotencyStore Store => Api.Services.GetRequiredService<IdempotencyStore>();

    [Fact]
    public async Task Create_SameKeyAndBody_GivesTheFirstAnswerAgain()
    {
        var first = (await Keyed(Hei)).Is(HttpStatusCode.Accepted);
        await Pass(Seconds(11));
        var second = await Keyed(Hei);

        AssertReplayOf(first, second);
        Assert.Null(first.Header("Idempotency-Replayed"));
        Assert.NotNull(first.Header("Location"));
        Assert.Equal(2, await Created());
    }

    [Fact]
    public async Task Create_KeyQuotedAndBare_IsTheSameKey() => AssertReplayOf(await Keyed(Hei, "k"), await Keyed(Hei, "\"k\""));

    [Fact]
    public async Task Create_OtherKeyOrNone_IsAnotherCall()
    {
        await Keyed(Hei, "a");
        await Keyed(Hei, "A");
        await Post("/tasks", Hei);
        await Post("/tasks", Hei);
        Assert.Equal(4, await Created());
        Assert.Equal(2, Store.Count);
    }

    [Fact]
    public async Task Create_PathSpeltOtherwise_IsTheSameCall() =>
        AssertReplayOf(await Keyed(Hei), await Post("/Tasks/", Hei, (IdempotencyKey.Header, "key")));

    [Theory]
    [InlineData("""{"message":"Bye","delaySeconds":10}""")]
    [InlineData("""{"message":"Hei","delaySeconds":10} """)]
    [InlineData("""{"message":"Hei","delaySeconds":10.0}""")]
    public async Task Create_SameKeyWithAnotherBody_IsRefused(string body)
    {
        var first = await Keyed(Hei);
        (await Keyed(body)).IsProblem(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        AssertReplayOf(first, await Keyed(Hei));
        Assert.Equal(1, await Created());
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("\"a")]
    public async Task Create_MalformedKey_IsInvalid(string key)
    {
        (await Keyed(Hei, key)).IsInvalid("Idempotency-Key");
        Assert.Equal(0, await Created());
    }

    [Fact]
    public async Task Create_RefusedForItsBody_IsNotRemembered()
    {
        (await Keyed("""{"message":""}""")).IsInvalid("message");
        (await Keyed("{")).IsInvalid("body");
        (await Keyed(Hei)).Is(HttpStatusCode.Accepted);
        Assert.Equal(1, Store.Count);
    }

    [Fact]
    public async Task Create_RefusedForItsQuery_IsNotRemembered()
    {
        (await Post("/tasks?waitSeconds=x", Hei, (IdempotencyKey.Header, "key"))).IsInvalid("waitSeconds");
        Assert.Equal(0, Store.Count);
        (await Keyed(Hei)).Is(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("text/plain", 0)]
    [InlineData("application/json", 1_100_000)]
    public async Task Create_RefusedForItsForm_IsNotRemembered(string mediaType, int padding)
    {
        var reply = await Send(HttpMethod.Post, "/tasks", Content(Hei + new string(' ', padding), mediaType), (IdempotencyKey.Header, "key"));
        reply.IsProblem(padding == 0 ? HttpStatusCode.UnsupportedMediaType : HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(0, Store.Count);
    }

    [Fact]
    public async Task Create_SameKeyAfterTheRetention_IsANewCall()
    {
        var first = await Keyed(Hei);
        Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        AssertReplayOf(first, await Keyed(Hei));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        var later = await Keyed(Hei);
        Assert.Null(later.Header("Idempotency-Replayed"));
        Assert.NotEqual(first.Json.Id(), later.Json.Id());
    }

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
    public async Task Create_ManyAtOnceWithOneKey_CreatesOneTask()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Keyed(Hei))));
        Assert.Single(replies.Select(static reply => reply.Body).Distinct());
        Assert.Single(replies, static reply => reply.Header("Idempotency-Replayed") is null);
        Assert.Equal(1, await Created());
    }

    [Fact]
    public async Task Create_WithoutKey_IsNotRemembered()
    {
        await Post("/tasks", Hei);
        Assert.Equal(0, Store.Count);
    }

    private static void AssertReplayOf(Reply first, Reply second)
    {
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal((first.Status, first.Body), (second.Status, second.Body));
        foreach (var name in (ReadOnlySpan<string>)["Content-Type", "Content-Length", "Location", "Preference-Applied"])
            Assert.Equal(first.Header(name), second.Header(name));
    }

    private Task<Reply> Keyed(string json, string key = "key") => Post("/tasks", json, (IdempotencyKey.Header, key));

    private Task<Reply> Wait(string json) => WaitUntil(json, TestContext.Current.CancellationToken);

    private async Task<Reply> WaitUntil(string json, CancellationToken hangUp)
    {
        using var client = Api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = Content(json) };
        request.Headers.Add("Prefer", "wait=30");
        request.Headers.Add(IdempotencyKey.Header, "key");
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
