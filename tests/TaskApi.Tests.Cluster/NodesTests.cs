using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>What one node shows of what another has done.</summary>
public sealed class NodesTests() : TwoNodes(("Tasks:MaxFinished", "3"), ("Tasks:EventBuffer", "16"))
{
    [Fact]
    public async Task Task_CreatedOnOne_IsCancelledRescheduledAndReadOnTheOther()
    {
        var task = await Create(One, 100);

        Assert.Equal(task.ToString(), (await Read(Other, $"/tasks/{task.Id()}")).ToString());
        using var patched = await Other.PatchAsync(new Uri($"/tasks/{task.Id()}", UriKind.Relative), Json("""{"delaySeconds":50}"""), TestContext.Current.CancellationToken);
        Assert.Equal(50, (await Read(One, $"/tasks/{task.Id()}")).Number("delaySeconds"));
        using var cancelled = await One.DeleteAsync(new Uri($"/tasks/{task.Id()}?reason=first", UriKind.Relative), TestContext.Current.CancellationToken);
        using var again = await Other.DeleteAsync(new Uri($"/tasks/{task.Id()}?reason=second", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (cancelled.StatusCode, again.StatusCode));
        Assert.Equal(await cancelled.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Cancels_OfTheSameTasksOnBothAtOnce_OneReasonWins()
    {
        for (var i = 0; i < 50; i++)
        {
            var id = (await Create(One, 100)).Id();
            var replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(j => Task.Run(() => (j % 2 == 0 ? One : Other).DeleteAsync(new Uri($"/tasks/{id}?reason={j}", UriKind.Relative), TestContext.Current.CancellationToken))));
            var bodies = await Task.WhenAll(replies.Select(static reply => reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
            Assert.Single(bodies.Distinct());
            Assert.All(replies, static reply => Assert.Equal(HttpStatusCode.OK, reply.StatusCode));
        }
    }

    [Fact]
    public async Task Key_OnBothAtOnce_CreatesOneTask()
    {
        for (var i = 0; i < 25; i++)
        {
            var key = $"key {i}".Replace(' ', '-');
            var replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(j => Task.Run(() => Post(j % 2 == 0 ? One : Other, key))));
            Assert.Single(replies.Distinct());
        }

        Assert.Equal(25, (await Read(One, "/tasks/stats")).Number("created"));
    }

    [Fact]
    public async Task Wait_OnOne_EndsWhenTheOtherCancels()
    {
        var id = (await Create(Other, 100)).Id();
        var waiting = Read(One, $"/tasks/{id}?waitSeconds=300");
        var gathering = One.PostAsync(new Uri("/tasks/wait", UriKind.Relative), Json($$"""{"ids":["{{id}}"]}"""), TestContext.Current.CancellationToken);
        await Api.Clock.TimerArmed(TimeSpan.FromSeconds(300), count: 2);

        using var cancelled = await Other.DeleteAsync(new Uri($"/tasks/{id}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("cancelled", (await waiting).Status());
        Assert.Single(JsonElement.Parse(await (await gathering).Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Items("done"));
    }

    [Fact]
    public async Task Events_OnBoth_AreTheSameInTheSameOrderWithTheSameNumbers()
    {
        using var here = await ReadEvents(One);
        using var there = await ReadEvents(Other);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async i => await Create(i % 2 == 0 ? One : Other, 100)));

        for (var i = 0; i < 6; i++)
        {
            var (a, b) = (await here.Event(), await there.Event());
            Assert.Equal((a!.Id, a.Name, a.Data.ToString()), (b!.Id, b.Name, b.Data.ToString()));
        }
    }

    [Fact]
    public async Task Events_ResumedOnANodeThatDidNotRecordThem_AreToldAsAGap()
    {
        string? last;
        using (var here = await ReadEvents(One))
        {
            await Create(One, 100);
            last = (await here.Event())!.Id;
        }

        await Create(One, 100);
        await Create(Other, 100);
        using var there = await ReadEvents(Other, last);

        Assert.Equal("gap", (await there.Event())!.Name);
        var next = await Create(One, 100);
        Assert.Equal(next.Id(), (await there.Event())!.Data.Id());
    }

    [Fact]
    public async Task Finished_MoreThanAreKept_AreForgottenAfterAWhile()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await Create(i % 2 == 0 ? One : Other, 1000)).Id());
            using var cancelled = await One.DeleteAsync(new Uri($"/tasks/{ids[i]}", UriKind.Relative), TestContext.Current.CancellationToken);
            Api.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Api.Clock.Advance(TimeSpan.FromSeconds(11));
        await Create(One, 1000);
        Api.Clock.Advance(TimeSpan.FromSeconds(1));

        var found = await Task.WhenAll(ids.Select(async id => (await Other.GetAsync(new Uri($"/tasks/{id}", UriKind.Relative), TestContext.Current.CancellationToken)).IsSuccessStatusCode));
        Assert.Equal([false, false, true, true, true], found);
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static async Task<string> Post(HttpClient node, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = Json("""{"message":"Hei","delaySeconds":100}""") };
        request.Headers.Add("Idempotency-Key", key);
        using var reply = await node.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, reply.StatusCode);
        return await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<JsonElement> Create(HttpClient node, double delaySeconds)
    {
        using var reply = await node.PostAsync(new Uri("/tasks", UriKind.Relative), Json(FormattableString.Invariant($$"""{"message":"Hei","delaySeconds":{{delaySeconds}}}""")), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, reply.StatusCode);
        return JsonElement.Parse(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<JsonElement> Read(HttpClient node, string path) => JsonElement.Parse(await node.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken));
}
