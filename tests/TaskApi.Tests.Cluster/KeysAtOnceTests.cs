using System.Globalization;
using System.Net;
using System.Text;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>Calls with one key that reach two nodes at the same time: whichever answers, all get that answer.</summary>
public sealed class KeysAtOnceTests() : TwoNodes
{
    private const int Rounds = 25;
    private const int PerNode = 3;
    private const string Late = """{"message":"Hei","delaySeconds":60}""";

    private ManualTimeProvider Clock => Api.Clock;

    [Theory]
    [InlineData("/tasks", """{"message":"Hei","delaySeconds":60}""", 1)]
    [InlineData("/tasks", """{"message":"Hei"}""", 1)]
    [InlineData("/tasks?waitSeconds=300", """{"message":"Hei"}""", 1)]
    [InlineData("/tasks?waitSeconds=0", """{"message":"Hei","delaySeconds":60}""", 1)]
    [InlineData("/tasks/batch", """[{"message":"Hei"},{"message":"Bye","delaySeconds":60}]""", 2)]
    public async Task Calls_OnBothNodes_HaveOneEffectAndOneAnswer(string path, string json, int tasks)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var key = $"k{round}";
            var replies = await Task.WhenAll(Enumerable.Range(0, 2 * PerNode).Select(i => Task.Run(() => Post(i % 2 == 0 ? One : Other, path, json, key))));
            Assert.Single(replies.Select(Answer).Distinct());
            Assert.Equal(Answer(replies[0]), Answer(await Post(One, path, json, key)));
        }

        Assert.Equal(Rounds * tasks, await Created());
    }

    [Theory]
    [InlineData("/tasks/{0}/rerun")]
    [InlineData("/tasks/rerun?status=cancelled")]
    public async Task Reruns_OnBothNodes_HaveOneEffectAndOneAnswer(string path)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var id = (await Post(One, "/tasks", Late, $"c{round}")).Json.Id();
            using (var cancelled = await One.DeleteAsync(new Uri($"/tasks/{id}", UriKind.Relative), TestContext.Current.CancellationToken))
                Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
            Clock.Advance(TimeSpan.FromSeconds(1));
            var (key, rerun) = ($"k{round}", string.Format(CultureInfo.InvariantCulture, path, id));
            var replies = await Task.WhenAll(Enumerable.Range(0, 2 * PerNode).Select(i => Task.Run(() => Post(i % 2 == 0 ? One : Other, rerun, "", key))));
            Assert.Equal(HttpStatusCode.Accepted, replies[0].Status);
            Assert.Single(replies.Select(Answer).Distinct());
            Assert.Single(replies, static reply => reply.Header("Idempotency-Replayed") is null);
            if (path.Contains('?', StringComparison.Ordinal)) Assert.Equal(1, replies[0].Json.Number("created"));
        }

        Assert.Equal(2 * Rounds, await Created());
    }

    [Fact]
    public async Task Waits_OnBothNodes_EndWithOneAnswer()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var key = $"k{round}";
            var first = Post(One, "/tasks?waitSeconds=300", Late, key);
            await Clock.TimerArmed(TimeSpan.FromSeconds(300));
            var second = Post(Other, "/tasks?waitSeconds=300", Late, key);
            await Clock.TimerArmed(TimeSpan.FromSeconds(300), count: 2);

            Clock.Advance(TimeSpan.FromSeconds(60));

            Assert.Equal("completed", (await first).IsJson(HttpStatusCode.OK).Status());
            Assert.Equal(Answer(await first), Answer(await second));
        }

        Assert.Equal(Rounds, await Created());
    }

    [Fact]
    public async Task Waits_OfDifferentLength_EndWithTheAnswerOfTheShorter()
    {
        var first = Post(One, "/tasks?waitSeconds=300", Late, "key");
        await Clock.TimerArmed(TimeSpan.FromSeconds(300));
        var second = Post(Other, "/tasks?waitSeconds=1", Late, "key");
        await Clock.TimerArmed(TimeSpan.FromSeconds(1));

        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("pending", (await second).Is(HttpStatusCode.Accepted).Json.Status());
        Clock.Advance(TimeSpan.FromSeconds(59));

        Assert.Equal(Answer(await second), Answer(await first));
        Assert.Equal(Answer(await second), Answer(await Post(Other, "/tasks?waitSeconds=300", Late, "key")));
        Assert.Equal(1, await Created());
    }

    [Fact]
    public async Task Call_WithoutAWaitWhileTheOtherNodeWaits_AnswersForBoth()
    {
        var first = Post(One, "/tasks?waitSeconds=300", Late, "key");
        await Clock.TimerArmed(TimeSpan.FromSeconds(300));

        var second = (await Post(Other, "/tasks", Late, "key")).Is(HttpStatusCode.Accepted);
        Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(Answer(second), Answer(await first));
        Assert.Equal(1, await Created());
    }

    [Fact]
    public async Task Call_WithAnotherBodyWhileTheOtherNodeWaits_IsRefused()
    {
        var first = Post(One, "/tasks?waitSeconds=300", Late, "key");
        await Clock.TimerArmed(TimeSpan.FromSeconds(300));

        (await Post(Other, "/tasks?waitSeconds=300", """{"message":"Bye"}""", "key")).IsProblem(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal("completed", (await first).IsJson(HttpStatusCode.OK).Status());
        Assert.Equal(1, await Created());
    }

    private static (HttpStatusCode Status, string Body, string? Location) Answer(Reply reply) => (reply.Status, reply.Body, reply.Header("Location"));

    private static async Task<Reply> Post(HttpClient node, string path, string json, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await node.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.Read(response);
    }

    private async Task<double> Created()
    {
        using var stats = await One.GetAsync(new Uri("/tasks/stats", UriKind.Relative), TestContext.Current.CancellationToken);
        return (await Reply.Read(stats)).Json.Number("created");
    }
}
