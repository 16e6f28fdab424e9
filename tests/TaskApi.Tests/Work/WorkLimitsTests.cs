using System.Net;

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
}
