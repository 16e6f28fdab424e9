using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

/// <summary>A cache that callers share must keep nothing of what is theirs, nor may a proxy hold it back to compress it.</summary>
public sealed class CachingTests() : KeyedServiceTests(("Limits:RequestsPerSecond", "1"), ("Limits:RequestBurst", "3"))
{
    [Theory]
    [InlineData("GET", "/tasks", 200)]
    [InlineData("GET", "/tasks/stats", 200)]
    [InlineData("GET", "/tasks?limit=x", 400)]
    [InlineData("GET", "/tasks/nowhere", 404)]
    [InlineData("GET", "/tasks/no/such/path", 404)]
    [InlineData("PUT", "/tasks", 405)]
    [InlineData("GET", "/tasks/gather", 405)]
    [InlineData("POST", "/tasks", 415)]
    [InlineData("GET", "/metrics", 200)]
    public async Task Answer_ToACaller_IsKeptByNobody(string method, string path, int status) =>
        IsKeptByNobody(await North(HttpMethod.Parse(method), path), status);

    [Theory]
    [InlineData("GET", "/tasks", 401)]
    [InlineData("GET", "/metrics", 401)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("POST", "/", 405)]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("GET", "/health/ready", 200)]
    public async Task Answer_WithoutAKey_IsKeptByNobody(string method, string path, int status) =>
        IsKeptByNobody(await Send(HttpMethod.Parse(method), path, null), status);

    [Fact]
    public async Task Answer_OfALimit_IsKeptByNobody()
    {
        for (var i = 0; i < 3; i++)
            await North(HttpMethod.Get, "/tasks");

        IsKeptByNobody(await North(HttpMethod.Get, "/tasks"), 429);
    }

    [Fact]
    public async Task Answer_InAnotherForm_IsKeptByNobody() => IsKeptByNobody(await North(HttpMethod.Get, "/tasks", null, ("Accept", "image/png")), 406);

    [Fact]
    public async Task Task_AskedForWithItsTag_IsNotModifiedAndKeptByNobody()
    {
        var created = await North(HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":100}""");
        IsKeptByNobody(created, 202);
        var found = await North(HttpMethod.Get, created.Header("Location")!);
        IsKeptByNobody(found, 200);

        IsKeptByNobody(await North(HttpMethod.Get, created.Header("Location")!, null, ("If-None-Match", found.Header("ETag")!)), 304);
    }

    [Fact]
    public async Task Creation_GivenAgain_IsKeptByNobody()
    {
        for (var i = 0; i < 2; i++)
            IsKeptByNobody(await North(HttpMethod.Post, "/tasks", """{"message":"Hei"}""", ("Idempotency-Key", "k")), 202);
    }

    private static void IsKeptByNobody(Reply reply, int status) =>
        Assert.Equal(((HttpStatusCode)status, "no-store, no-transform"), (reply.Status, reply.Header("Cache-Control")));
}
