using System.Globalization;
using System.Net;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web;

/// <summary>Idempotency-Key on a single creation.</summary>
public sealed class IdempotencyTests() : EndpointTests(("Tasks:Retention", "01:00:00"))
{
    private const string Hei = """{"message":"Hei","delaySeconds":10}""";

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
    }

    [Fact]
    public async Task Create_PathSpeltOtherwise_IsTheSameCall() =>
        AssertReplayOf(await Keyed(Hei), await Post("/Tasks/", Hei, (IdempotencyKeyHeader.Name, "key")));

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
        AssertFirst(await Keyed(Hei));
    }

    [Fact]
    public async Task Create_RefusedForItsQuery_IsNotRemembered()
    {
        (await Post("/tasks?waitSeconds=x", Hei, (IdempotencyKeyHeader.Name, "key"))).IsInvalid("waitSeconds");
        AssertFirst(await Keyed(Hei));
    }

    [Theory]
    [InlineData("text/plain", 0)]
    [InlineData("application/json", 1_100_000)]
    public async Task Create_RefusedForItsForm_IsNotRemembered(string mediaType, int padding)
    {
        var reply = await Send(HttpMethod.Post, "/tasks", Content(Hei + new string(' ', padding), mediaType), (IdempotencyKeyHeader.Name, "key"));
        reply.IsProblem(padding == 0 ? HttpStatusCode.UnsupportedMediaType : HttpStatusCode.RequestEntityTooLarge);
        AssertFirst(await Keyed(Hei));
    }

    [Fact]
    public async Task Create_SameKeyAfterTheRetention_IsANewCall()
    {
        var first = await Keyed(Hei);
        Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        AssertReplayOf(first, await Keyed(Hei));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        var later = await Keyed(Hei);
        AssertFirst(later);
        Assert.NotEqual(first.Json.Id(), later.Json.Id());
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
    public async Task Create_AllTheWaysToSayWhen_AreRepeatedToTheLetter()
    {
        string[] bodies = [
            """{"message":"Hei","delay":"PT1M0.0005S","name":"a name","group":"g","timeoutSeconds":30}""",
            """{"message":"Hei","dueAt":"2020-02-03T04:05:06.0071+05:00"}""",
            $$"""{"message":"日本 😀","dueAt":"{{Now.AddHours(1):O}}"}""",
            """{"message":"Hei","delaySeconds":0.07}"""];
        foreach (var body in bodies)
        {
            var first = (await Keyed(body, body.Length.ToString(CultureInfo.InvariantCulture))).Is(HttpStatusCode.Accepted);
            AssertReplayOf(first, await Keyed(body, body.Length.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static void AssertFirst(Reply reply)
    {
        reply.Is(HttpStatusCode.Accepted);
        Assert.Null(reply.Header("Idempotency-Replayed"));
    }

    internal static void AssertReplayOf(Reply first, Reply second)
    {
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal((first.Status, first.Body), (second.Status, second.Body));
        foreach (var name in (ReadOnlySpan<string>)["Content-Type", "Content-Length", "Location", "Preference-Applied"])
            Assert.Equal(first.Header(name), second.Header(name));
    }

    private Task<Reply> Keyed(string json, string key = "key") => Post("/tasks", json, (IdempotencyKeyHeader.Name, key));

    private async Task<double> Created() => (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK).Number("created");
}
