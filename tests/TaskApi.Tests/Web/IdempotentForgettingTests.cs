using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web;

/// <summary>Keys whose time is over while nothing else happens.</summary>
public sealed class IdempotentForgettingTests() : EndpointTests(("Tasks:MaxIdempotencyKeys", "2"), ("Tasks:IdempotencyRetention", "01:00:00"))
{
    [Fact]
    public async Task Keys_ForgottenWhileNothingElseHappens_MakeRoomForGood()
    {
        foreach (var round in (string[])["first", "second", "third"])
        {
            Assert.Equal(HttpStatusCode.Accepted, (await Call($"{round}-a")).Status);
            Assert.Equal(HttpStatusCode.Accepted, (await Call($"{round}-b")).Status);

            // Several nodes look up once a second how many there are.
            Clock.Advance(Seconds(3600));
            Clock.Advance(Seconds(5));
            await Pass(Seconds(5));
        }
    }

    private Task<Reply> Call(string key) => Post("/tasks", """{"message":"Hei","delaySeconds":1}""", ("Idempotency-Key", key));
}
