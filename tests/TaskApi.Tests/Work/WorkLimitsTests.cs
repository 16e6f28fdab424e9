using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Calls of workers that are one too many.</summary>
public sealed class WorkLimitsTests : WorkEndpointTests
{
    private const string Held = """{"worker":"w","queues":["q"],"waitSeconds":60}""";

    public WorkLimitsTests()
        : base(("Limits:MaxWaitsPerCaller", "1"))
    {
    }

    [Theory]
    [InlineData("/work/acquire", Held)]
    [InlineData("/work/heartbeat", """{"worker":"w","waitSeconds":60}""")]
    public async Task Work_HeldOnceTooOften_IsRefused(string path, string body)
    {
        var holding = Post("/work/acquire", Held);
        await Clock.TimerArmed(Seconds(60));

        Assert.NotNull((await Post(path, body)).IsProblem(HttpStatusCode.TooManyRequests, "rate-limited").Header("Retry-After"));

        Clock.Advance(Seconds(60));
        (await holding).IsJson(HttpStatusCode.OK);
    }

    // Or none of the worker's leases would be renewed.
    [Fact]
    public async Task Heartbeat_OfAThousandLeasesWithTheLongestNotes_IsTaken()
    {
        var (_, token) = await Run();
        var note = string.Concat(Enumerable.Repeat("\\u00e9", 256));
        var leases = string.Join(',', Enumerable.Repeat($$$"""{"token":"{{{token}}}","progress":{"done":1,"note":"{{{note}}}"}}""", 1000));

        var answer = (await Post("/work/heartbeat", $$"""{"worker":"{{Worker}}","leases":[{{leases}}]}""")).IsJson(HttpStatusCode.OK);

        Assert.Empty(answer.Items("lost"));
    }
}
