using System.Net;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web;

/// <summary>As many keys as may be remembered, and one more.</summary>
public sealed class IdempotencyBoundTests() : EndpointTests(("Tasks:MaxIdempotencyKeys", "1"))
{
    private const string Hei = """{"message":"Hei","delaySeconds":10}""";

    [Fact]
    public async Task Create_NoRoomForAnotherKey_IsRefusedUntilTheOldestExpires()
    {
        var first = await Keyed("a");
        Clock.Advance(TimeSpan.FromHours(1));

        var refused = await Keyed("b");

        refused.IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached");
        Assert.Equal("82800", refused.Header("Retry-After"));
        Assert.Equal(first.Body, (await Keyed("a")).Body);
        (await Post("/tasks", Hei)).Is(HttpStatusCode.Accepted);
        Clock.Advance(TimeSpan.FromSeconds(82800));
        (await Keyed("b")).Is(HttpStatusCode.Accepted);
    }

    private Task<Reply> Keyed(string key) => Post("/tasks", Hei, (IdempotencyKeyHeader.Name, key));
}
