using Microsoft.Playwright;
using TaskApi.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>What is done to all tasks that match the filter.</summary>
public sealed class BulkTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    private const string Mixed = """
        [{"message":"=1+1","delaySeconds":600,"group":"g"},{"message":"two, \"quoted\"","delaySeconds":600,"group":"g"},{"message":"Done","group":"g"},{"message":"Other","delaySeconds":600}]
        """;

    private ILocator Count => Page.Locator("#bulk-count");

    [Fact]
    public async Task All_ThatMatch_AreCountedAndThenCancelledOrRunAgain()
    {
        await Service.Create(Mixed);
        await Page.GotoAsync("/#/tasks?group=g");
        await Expect(Rows).ToHaveCountAsync(3);
        await Press("All that match…");
        await Expect(Count).ToHaveTextAsync("3 tasks match: 2 unfinished, 1 finished.");
        await Press("Cancel 2 tasks");
        await Expect(Count).ToHaveTextAsync("2 of 2 tasks.");
        await Press("Close");
        await Press("All that match…");
        await Press("Run 3 tasks again");
        await Expect(Count).ToHaveTextAsync("3 of 3 tasks.");

        Assert.Equal(6, (await Service.List()).Count(static task => task.Text("group") == "g"));
        Assert.Equal("pending", (await Service.List()).Single(static task => task.Text("message") == "Other").Text("status"));
    }

    [Fact]
    public async Task All_ThatArePending_AreRescheduledEvenly()
    {
        await Service.Create(Mixed);
        await Page.GotoAsync("/#/tasks?group=g");
        await Expect(Rows).ToHaveCountAsync(3);
        await Press("All that match…");
        await Page.Locator("#bulk [name=delay]").FillAsync("-1");
        await Press("Reschedule 2 pending tasks");
        await Expect(Page.Locator("#bulk-problem")).ToHaveTextAsync("Give seconds: 0 or more.");
        await Page.Locator("#bulk [name=delay]").FillAsync("1000");
        await Page.Locator("#bulk [name=spread]").FillAsync("500");
        await Press("Reschedule 2 pending tasks");
        await Expect(Count).ToHaveTextAsync("2 of 2 tasks.");

        var tasks = (await Service.List()).Where(static task => task.Text("status") == "pending").ToDictionary(static task => task.Text("message")!, static task => task.GetProperty("delaySeconds").GetDouble());
        Assert.Equal([1000.0, 1500.0, 600.0], [tasks["=1+1"], tasks["two, \"quoted\""], tasks["Other"]]);
    }

    [Theory]
    [InlineData("CSV", "pending,,,g,,,,,", ",\"two, \"\"quoted\"\"\",")]
    [InlineData("NDJSON", "\"message\":\"=1+1\"", "\"message\":\"two, \\\"quoted\\\"\"")]
    public async Task All_ThatMatch_AreExported(string format, params string[] parts)
    {
        await Service.Create(Mixed);
        await Page.GotoAsync("/#/tasks?group=g");
        await Expect(Rows).ToHaveCountAsync(3);
        await Press("All that match…");
        var download = await Page.RunAndWaitForDownloadAsync(() => Press(format));
        var text = await File.ReadAllTextAsync((await download.PathAsync())!, TestContext.Current.CancellationToken);

        Assert.All(parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.DoesNotContain(",=1+1", text, StringComparison.Ordinal);
        Assert.Equal(format == "CSV" ? 5 : 4, text.Split('\n').Length);
    }
}
