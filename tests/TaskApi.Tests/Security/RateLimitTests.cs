using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

/// <summary>How often a caller may call.</summary>
public sealed class RateLimitTests() : KeyedServiceTests(("Limits:RequestsPerSecond", "2"), ("Limits:RequestBurst", "3"))
{
    [Fact]
    public async Task Calls_MoreThanTheBurst_AreRefusedUntilTimeHasPassed()
    {
        for (var i = 0; i < 3; i++)
            (await North(HttpMethod.Get, "/tasks")).Is(HttpStatusCode.OK);
        var refused = (await North(HttpMethod.Get, "/tasks")).IsProblem(HttpStatusCode.TooManyRequests, "rate-limited");
        Assert.Equal("1", refused.Header("Retry-After"));

        Clock.Advance(TimeSpan.FromMilliseconds(499));
        (await North(HttpMethod.Get, "/tasks")).IsProblem(HttpStatusCode.TooManyRequests);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await North(HttpMethod.Get, "/tasks")).Is(HttpStatusCode.OK);
        (await North(HttpMethod.Get, "/tasks")).IsProblem(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Calls_AfterALongPause_AreNoMoreThanTheBurst()
    {
        Clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 3; i++)
            (await North(HttpMethod.Get, "/tasks")).Is(HttpStatusCode.OK);
        (await North(HttpMethod.Get, "/tasks")).IsProblem(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Calls_OfAnotherCaller_AreCountedApart()
    {
        for (var i = 0; i < 4; i++)
            await North(HttpMethod.Get, "/tasks");
        (await South(HttpMethod.Get, "/tasks")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Calls_WithoutAKey_AreCountedToo()
    {
        for (var i = 0; i < 3; i++)
            (await Get("/tasks")).IsProblem(HttpStatusCode.Unauthorized);
        (await Get("/tasks/stats")).IsProblem(HttpStatusCode.TooManyRequests);
        (await North(HttpMethod.Get, "/tasks")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Calls_OutsideOfTasks_AreNotCounted()
    {
        for (var i = 0; i < 10; i++)
            (await Get("/health/live")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Calls_Refused_CreateNothing()
    {
        for (var i = 0; i < 6; i++)
            await North(HttpMethod.Post, "/tasks", """{"message":"Hei"}""");
        Clock.Advance(Seconds(1));
        Assert.Equal(3, (await North(HttpMethod.Get, "/tasks/stats")).IsJson(HttpStatusCode.OK).Number("created"));
    }
}
