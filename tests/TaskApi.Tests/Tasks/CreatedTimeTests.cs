using System.Globalization;
using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary>Lists of the tasks that were created in a time.</summary>
public sealed class CreatedTimeTests() : EndpointTests(("Tasks:Retention", "00:01:00"))
{
    [Theory]
    [InlineData("")]
    [InlineData("&order=newest")]
    [InlineData("&group=a")]
    [InlineData("&name=n&order=newest&status=pending")]
    [InlineData("&q=wanted")]
    public async Task Pages_OfATime_HaveTheTasksCreatedInIt(string filter)
    {
        await Post("/tasks/batch", $"[{string.Join(',', Enumerable.Repeat("{\"message\":\"early\",\"group\":\"a\",\"name\":\"n\",\"delaySeconds\":9000}", 5_000))}]");
        Clock.Advance(Seconds(60));
        var after = Clock.GetUtcNow();
        var created = new List<string>();
        for (var i = 0; i < 5; i++, Clock.Advance(Seconds(60)))
            created.Add((await Create("""{"message":"wanted","group":"a","name":"n","delaySeconds":9000}""")).Id());
        var before = Clock.GetUtcNow();
        for (var i = 0; i < 5; i++)
            await Create("""{"message":"wanted late","group":"a","name":"n","delaySeconds":9000}""");

        var found = await Follow($"/tasks?limit=2&createdAfter={Text(after)}&createdBefore={Text(before)}{filter}");

        if (filter.Contains("newest", StringComparison.Ordinal))
            created.Reverse();
        Assert.Equal(created, found.SelectMany(static page => page));
        Assert.All(found, static page => Assert.InRange(page.Count, 0, 2));
        Assert.Equal(10, (await Follow($"/tasks?createdAfter={Text(after)}{filter}")).Sum(static page => page.Count));
        Assert.Empty((await Follow($"/tasks?createdBefore=1999-12-31T23:59:59%2B01:00{filter}")).SelectMany(static page => page));
        Assert.Empty((await Follow($"/tasks?createdAfter={Text(before.AddDays(1))}{filter}")).SelectMany(static page => page));
    }

    [Fact]
    public async Task Pages_OfATime_AreFoundAmongTasksThatHaveBeenForgotten()
    {
        await Post("/tasks/batch", $"[{string.Join(',', Enumerable.Range(0, 9_000).Select(static i => $"{{\"message\":\"Hei\",\"delaySeconds\":{(i % 3_000 == 0 ? 9_000 : 1)}}}"))}]");
        Clock.Advance(Seconds(30));
        var middle = await Create(9_000);
        var after = Clock.GetUtcNow();
        Clock.Advance(Seconds(30));
        var last = await Create(1);
        Clock.Advance(Seconds(2));
        await Finished(last);
        Clock.Advance(Seconds(61));
        await Finished(await Create(0));

        Assert.Equal(middle, (await Follow($"/tasks?limit=1&createdAfter={Text(after)}"))[0][0]);
    }

    [Theory]
    [InlineData("createdAfter", "yesterday")]
    [InlineData("createdBefore", "2026-03-01T09:00:00")]
    public async Task Time_Malformed_IsRefused(string field, string value) => (await Get($"/tasks?{field}={value}")).IsInvalid(field);

    private static string Text(DateTimeOffset instant) => Uri.EscapeDataString(instant.ToString("O", CultureInfo.InvariantCulture));

    private async Task<List<List<string>>> Follow(string path)
    {
        var pages = new List<List<string>>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await Get(cursor.Length == 0 ? path : $"{path}&cursor={cursor}")).IsJson(HttpStatusCode.OK);
            pages.Add([.. page.Items("tasks").Select(TaskJson.Id)]);
            cursor = page.Text("nextCursor");
        }

        return pages;
    }
}
