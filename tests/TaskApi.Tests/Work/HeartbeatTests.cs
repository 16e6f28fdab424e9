using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>POST /work/heartbeat.</summary>
public sealed class HeartbeatTests : WorkEndpointTests
{
    [Fact]
    public async Task Heartbeat_OfALease_RenewsIt()
    {
        var (id, token) = await Run();
        Clock.Advance(Seconds(20));

        var answer = await Beat(token, more: ""","leaseSeconds":60""");

        Assert.Equal(Now + Seconds(60), answer.Instant("expiresAt"));
        Assert.Equal("""[],[],False""", $"{answer.GetProperty("cancel")},{answer.GetProperty("lost")},{answer.GetProperty("drain")}");
        Clock.Advance(Seconds(59));
        Assert.Equal("completed", (await Finish(token, "\"result\":1")).Status());
        Assert.Equal(1, (await Look(id)).Number("attempt"));
    }

    [Fact]
    public async Task Heartbeat_WithProgress_ShowsItAndChangesTheTag()
    {
        var (id, token) = await Run();
        var before = (await Get($"/tasks/{id}")).Header("ETag");

        await Beat(token, ""","progress":{"done":2.5,"total":null,"note":"page 2"}""");

        var seen = await Get($"/tasks/{id}");
        var progress = seen.Json.GetProperty("progress");
        Assert.Equal((2.5, "page 2", Now), (progress.Number("done"), progress.Text("note"), progress.Instant("at")));
        Assert.Equal(JsonValueKind.Null, progress.GetProperty("total").ValueKind);
        Assert.NotEqual(before, seen.Header("ETag"));
        Assert.Equal("1", seen.Header("Retry-After"));
    }

    [Fact]
    public async Task Heartbeat_Held_HearsOfACancellation()
    {
        var (id, token) = await Run();
        var beating = Beat(token, more: ""","waitSeconds":60""");
        await Clock.TimerArmed(Seconds(60));

        (await Delete($"/tasks/{id}?reason=enough")).IsJson(HttpStatusCode.Accepted);

        var notice = Assert.Single((await beating).Items("cancel"));
        Assert.Equal((token, id, "cancelled", "enough"), (notice.Text("token"), notice.Id(), notice.Text("reason"), notice.Text("detail")));
        Assert.Equal(Now + Seconds(10), notice.Instant("graceUntil"));
        Assert.Empty((await Beat(token, ""","cancelSeen":true""")).Items("cancel"));
    }

    [Fact]
    public async Task Heartbeat_ForWhatIsOver_NamesTheLostAndPassesOverTheFinished()
    {
        var (_, finished) = await Run();
        await Finish(finished, "\"result\":1");
        var (id, lost) = await Run();
        (await Delete($"/tasks/{id}?force=true")).IsJson(HttpStatusCode.OK);

        var answer = (await Post("/work/heartbeat", $$"""{"worker":"w1","leases":[{"token":"{{finished}}"},{"token":"{{lost}}"},{"token":"nonsense"}]}""")).IsJson(HttpStatusCode.OK);

        Assert.Equal([(lost, id), ("nonsense", null)], answer.Items("lost").Select(static one => (one.Text("token")!, one.Text("id"))));
    }

    [Fact]
    public async Task Heartbeat_HeldForLessThanAMillisecond_IsAnswered()
    {
        var beating = Post("/work/heartbeat", """{"worker":"w1","waitSeconds":0.1234567}""");
        while (!beating.IsCompleted)
            await Pass(Seconds(1));

        (await beating).IsJson(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{}""", "worker")]
    [InlineData("""{"worker":"w","leases":7}""", "leases")]
    [InlineData("""{"worker":"w","leases":[null]}""", "leases[0]")]
    [InlineData("""{"worker":"w","leases":[{}]}""", "leases[0].token")]
    [InlineData("""{"worker":"w","leases":[{"token":"t","cancelSeen":1}]}""", "leases[0].cancelSeen")]
    [InlineData("""{"worker":"w","leases":[{"token":"t","progress":1}]}""", "leases[0].progress")]
    [InlineData("""{"worker":"w","leases":[{"token":"t","progress":{}}]}""", "leases[0].progress.done")]
    [InlineData("""{"worker":"w","leases":[{"token":"t","progress":{"done":1e999}}]}""", "leases[0].progress.done")]
    [InlineData("""{"worker":"w","leases":[{"token":"t","progress":{"done":1,"total":"2"}}]}""", "leases[0].progress.total")]
    [InlineData("""{"worker":"w","leaseSeconds":0}""", "leaseSeconds")]
    [InlineData("""{"worker":"w","waitSeconds":-1}""", "waitSeconds")]
    public async Task Heartbeat_AgainstARule_NamesTheField(string body, string field) => (await Post("/work/heartbeat", body)).IsInvalid(field);

    [Fact]
    public async Task Heartbeat_WithALongNote_IsRefused() =>
        (await Post("/work/heartbeat", $$"""{"worker":"w","leases":[{"token":"t","progress":{"done":1,"note":"{{new string('n', 257)}}"} }]}""")).IsInvalid("leases[0].progress.note");
}
