using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class PagingTests() : EndpointTests(("Tasks:Retention", "00:01:00"))
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(10, 5)]
    [InlineData(250, 100)]
    public async Task Pages_Followed_HoldEveryTaskOnceInOrder(int count, int limit)
    {
        var created = new List<string>();
        for (var i = 0; i < count; i++)
            created.Add(await Create(10));

        var pages = await Follow($"/tasks?limit={limit}");

        Assert.Equal(created, pages.SelectMany(page => page));
        Assert.All(pages, page => Assert.InRange(page.Count, 0, limit));
    }

    [Fact]
    public async Task Pages_Filtered_KeepTheirFilterAndLimit()
    {
        var (created, other) = (new List<string>(), 0);
        for (var i = 0; i < 60; i++)
        {
            var group = i % 3 == 0 ? "a" : "b";
            var id = (await Create($$"""{"message":"Hei","delaySeconds":10,"group":"{{group}}","name":"n {{i % 2}}"}""")).Id();
            if (i % 6 == 0)
                created.Add(id);
            else
                other++;
        }

        var pages = await Follow("/tasks?limit=2&group=a&name=n%200&status=pending");

        Assert.Equal(created, pages.SelectMany(page => page));
        Assert.All(pages, page => Assert.InRange(page.Count, 0, 2));
        Assert.Equal(50, other);
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("", 250, 100)]
    [InlineData("&group=a", 40, 7)]
    [InlineData("&name=n", 40, 7)]
    [InlineData("&status=pending", 5_000, 1_000)]
    public async Task Pages_NewestFirst_HoldEveryTaskOnceInReverseOrder(string filter, int count, int limit)
    {
        var body = string.Join(',', Enumerable.Repeat("""{"message":"Hei","delaySeconds":10,"group":"a","name":"n"}""", count));
        var created = (await Post("/tasks/batch", $"[{body}]")).IsJson(HttpStatusCode.Accepted).Items("tasks").Select(TaskJson.Id);

        var pages = await Follow($"/tasks?order=newest&limit={limit}{filter}");

        Assert.Equal(created.Reverse(), pages.SelectMany(page => page));
        Assert.All(pages, page => Assert.InRange(page.Count, 0, limit));
    }

    [Theory]
    [InlineData("q=NEEDLE", 2)]
    [InlineData("q=needle&order=newest", 2)]
    [InlineData("q=needle&name=a%20Needle", 1)]
    [InlineData("q=needle&group=g", 0)]
    [InlineData("q=%C3%84hre&status=pending", 1)]
    [InlineData("q=%25", 0)]
    public async Task Pages_OfAText_HaveTheTasksThatMentionIt(string query, int count)
    {
        var hay = string.Join(',', Enumerable.Repeat("{\"message\":\"hay\",\"delaySeconds\":10}", 2_500));
        await Post("/tasks/batch", "[{\"message\":\"one Needle\",\"delaySeconds\":10},{\"message\":\"hay\",\"name\":\"a Needle\",\"delaySeconds\":10},{\"message\":\"ährenfeld\",\"delaySeconds\":10}]");
        await Post("/tasks/batch", $"[{hay}]");

        var found = (await Follow($"/tasks?limit=1&{query}")).SelectMany(static page => page).ToList();

        Assert.Equal(count, found.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(count, found.Count);
    }

    [Fact]
    public async Task Page_OfATextFarDown_GivesUpAndSaysWhereToGoOn()
    {
        var hay = string.Join(',', Enumerable.Repeat("{\"message\":\"hay\",\"delaySeconds\":10}", 5_000));
        for (var i = 0; i < 2; i++)
            await Post("/tasks/batch", $"[{hay}]");
        var needle = (await Create("{\"message\":\"needle\",\"delaySeconds\":10}")).Id();

        var first = (await Get("/tasks?q=needle")).IsJson(HttpStatusCode.OK);
        var second = (await Get($"/tasks?q=needle&cursor={first.Text("nextCursor")}")).IsJson(HttpStatusCode.OK);

        Assert.Empty(first.Items("tasks"));
        Assert.Equal(needle, Assert.Single(second.Items("tasks")).Id());
    }

    [Fact]
    public async Task Order_OldestFirst_IsTheDefault()
    {
        var created = new[] { await Create(10), await Create(10) };

        Assert.Equal(created, (await Follow("/tasks?order=oldest")).SelectMany(page => page));
        Assert.Equal(created, (await Follow("/tasks")).SelectMany(page => page));
    }

    [Fact]
    public async Task Order_Unknown_IsRefused() => (await Get("/tasks?order=latest")).IsInvalid("order");

    [Fact]
    public async Task Order_InAnotherCase_IsTaken()
    {
        var created = new[] { await Create(10), await Create(10) };

        Assert.Equal(created.Reverse(), (await Follow("/tasks?order=Newest")).SelectMany(page => page));
    }

    [Fact]
    public async Task Pages_WhileTasksComeAndGo_SkipNothingAndRepeatNothing()
    {
        var stayed = new List<string>();
        var left = new Queue<string>();
        for (var i = 0; i < 60; i++)
        {
            if (i % 3 == 2)
                left.Enqueue(await Create(10));
            else
                stayed.Add(await Create(10));
        }

        var seen = new List<string>();
        var added = new List<string>();
        await foreach (var page in Walk("/tasks?limit=7"))
        {
            seen.AddRange(page);
            for (var i = 0; i < 3 && left.TryDequeue(out var id); i++)
                await Delete($"/tasks/{id}");
            if (added.Count < 5)
                added.Add(await Create(10));
        }

        Assert.Equal(seen.Distinct(StringComparer.Ordinal), seen);
        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
        Assert.Empty(stayed.Except(seen, StringComparer.Ordinal));
        Assert.Empty(added.Except(seen, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Page_AfterATaskThatIsForgotten_GoesOnWhereItStood()
    {
        var created = new List<string>();
        for (var i = 0; i < 80; i++)
            created.Add(await Create(i < 30 ? 5 : i < 60 ? 50 : 1000));
        var first = (await Get("/tasks?limit=20")).IsJson(HttpStatusCode.OK);
        var second = (await Get($"/tasks?limit=1&cursor={Uri.EscapeDataString(first.Text("nextCursor")!)}")).IsJson(HttpStatusCode.OK);
        Assert.Equal(created[20], Assert.Single(second.Items("tasks")).Id());

        Clock.Advance(Seconds(5));
        foreach (var id in created.Take(30))
            await Finished(id);
        Clock.Advance(Seconds(61));
        created.Add(await Create(0));
        await Finished(created[^1]);

        // The first 30 have been finished for more than a minute: the task that the cursor stands on is gone.
        (await Get($"/tasks/{created[20]}")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        var rest = await Follow($"/tasks?limit=20&cursor={Uri.EscapeDataString(second.Text("nextCursor")!)}");
        Assert.Equal(created.Skip(30), rest.SelectMany(page => page));
    }

    private async Task<List<List<string>>> Follow(string path)
    {
        var pages = new List<List<string>>();
        await foreach (var page in Walk(path))
            pages.Add(page);
        return pages;
    }

    /// <summary>Follows the links, as a client that knows nothing of cursors does, and checks that the cursors say the same.</summary>
    private async IAsyncEnumerable<List<string>> Walk(string path)
    {
        for (var next = path; next is not null;)
        {
            var reply = await Get(next);
            var page = reply.IsJson(HttpStatusCode.OK);
            var cursor = page.Text("nextCursor");
            var link = reply.Header("Link");
            Assert.Equal(cursor is null, link is null);
            if (link is not null)
                Assert.Contains($"cursor={Uri.EscapeDataString(cursor!)}", link, StringComparison.Ordinal);
            next = link is null ? null : Target(link);
            yield return [.. page.Items("tasks").Select(TaskJson.Id)];
        }
    }

    private static string Target(string link)
    {
        Assert.Matches("^<[^>]+>; rel=\"next\"$", link);
        return link[1..link.IndexOf('>', StringComparison.Ordinal)];
    }
}
