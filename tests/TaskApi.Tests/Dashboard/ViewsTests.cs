using System.Collections.Concurrent;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TaskApi.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>The views beside the tasks.</summary>
public sealed class ViewsTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    private ILocator View => Page.Locator("#view");

    [Fact]
    public async Task Failed_GroupedByTypeAndError_RunsAGroupAgainSpreadOverTime()
    {
        await Service.Create("""[{"type":"resize"},{"type":"resize"},{"type":"mail"}]""");
        await Fail("resize", "OSError", "OSError");
        await Fail("mail", "TimeoutError");
        await Go("failed");

        await Expect(View.Locator("section h3")).ToHaveTextAsync(["resize", "mail"]);
        await Expect(View.Locator("section").First.Locator("tbody tr")).ToContainTextAsync(["OSErrorwhy2"]);
        await ExpectNothingFound();
        await View.GetByLabel("Spread over").SelectOptionAsync("300");
        await Press("Run all resize again");
        await Expect(Page.Locator("#confirm-text")).ToContainTextAsync("2 tasks failed");
        await Page.Locator("#confirm-yes").ClickAsync();

        await Expect(Page.Locator("#notice")).ToHaveTextAsync("2 tasks created.");
        var again = (await Service.List()).Where(static task => task.Text("status") == "pending").ToArray();
        Assert.Equal([0d, 150d], again.Select(static task => task.Number("delaySeconds")));
    }

    [Fact]
    public async Task Failed_OneError_RunAgain_SaysOfHowMany_AndNoneTwice()
    {
        ExpectsRefusals = true;
        await Service.Create("""[{"type":"resize"},{"type":"resize"},{"type":"resize"}]""");
        await Fail("resize", "OSError", "OSError", "OSError");
        await Go("failed");
        var calls = new ConcurrentQueue<(string Path, string? Key)>();
        // Too many calls; then it goes through. The second one is forgotten, and at the third something breaks, once.
        int?[] answers = [429, null, 404, 500, null];
        await Page.RouteAsync("**/tasks/*/rerun", async route =>
        {
            calls.Enqueue((route.Request.Url, await route.Request.HeaderValueAsync("Idempotency-Key")));
            if (answers[calls.Count - 1] is { } status)
                await route.FulfillAsync(new() { Status = status, ContentType = "application/problem+json", Body = """{"title":"Not now."}""" });
            else
                await route.ContinueAsync();
        });
        var row = View.Locator("tbody tr");

        await Press("Run again");
        await Page.Locator("#confirm-yes").ClickAsync();
        await Expect(Page.Locator("#answers > li").First).ToContainTextAsync("1 of 3 run again, 1 no longer there. Not now.");
        await Page.WaitForResponseAsync(static response => response.Url.Contains("status=failed", StringComparison.Ordinal));
        await Expect(row).ToContainTextAsync("1 of 3 run again, 1 no longer there. Not now.");
        await Press("Run again");
        await Expect(Page.Locator("#confirm")).ToContainTextAsync("Run 1 task again?");
        await Page.Locator("#confirm-yes").ClickAsync();

        await Expect(row).ToContainTextAsync("2 of 3 run again, 1 no longer there");
        await Expect(row.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        Assert.Equal(2, (await Service.List()).Count(static task => task.Text("status") == "pending"));
        Assert.Equal([2, 1, 2], calls.GroupBy(static call => call.Path).Select(static group => group.Count()));
        // Each has a key of its own, however often it is asked for.
        Assert.Equal(3, calls.Select(static call => call.Key).Distinct().Count());
        Assert.Equal(3, calls.Distinct().Count());
        Assert.DoesNotContain(calls, static call => call.Key is null);
    }

    [Fact]
    public async Task Workers_ShowWhatEachRuns()
    {
        await Service.Create("""[{"type":"resize"}]""");
        await Acquire("resize");
        await Go("workers");

        await Expect(View.Locator("tbody tr")).ToContainTextAsync("here");
        await ExpectNothingFound();
        await View.GetByRole(AriaRole.Link, new() { Name = "resize" }).Last.ClickAsync();
        await Expect(Page.Locator("#task-status")).ToHaveTextAsync("running");
        await Press("Close");
        await Expect(View).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Schedules_AreMadePausedTriggeredAndDeleted()
    {
        await Page.Locator("#zone").SelectOptionAsync("Asia/Tokyo");
        await Go("schedules");
        await Press("New schedule");
        var form = Page.Locator("#schedule-form");
        await form.Locator("[name=name]").FillAsync("nightly");
        await form.Locator("[name=cron]").FillAsync("30 2 * * *");
        await form.Locator("[name=timeZone]").FillAsync("UTC");
        await Expect(Page.Locator("#schedule-preview tr").First).ToContainTextAsync("02:30");
        await ExpectNothingFound();
        await Press("Save");

        var card = View.GetByLabel("nightly", new() { Exact = true });
        await Expect(card.Locator("tr")).ToContainTextAsync(["02:30", "11:30"]);
        await ExpectNothingFound();
        await card.GetByText("Edit").ClickAsync();
        await form.Locator("[name=cron]").FillAsync("45 3 * * *");
        await Press("Save");
        await Expect(card.Locator("tr")).ToContainTextAsync(["03:45", "12:45"]);
        await card.GetByText("Pause").ClickAsync();
        await Expect(card.Locator(".paused")).ToBeVisibleAsync();
        await card.GetByText("Trigger").ClickAsync();
        await Page.Locator("#confirm-yes").ClickAsync();
        await Expect(Page.Locator("#task-message")).ToHaveTextAsync("Hello");
        await Press("Close");
        await card.GetByText("Delete").ClickAsync();
        await Page.Locator("#confirm-yes").ClickAsync();
        await Expect(card).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Schedule_ThatIsWrong_SaysWhere()
    {
        ExpectsRefusals = true;
        await Go("schedules");
        await Press("New schedule");
        await Page.Locator("#schedule-form [name=cron]").FillAsync("99 * * * *");

        await Expect(Page.Locator("#schedule-preview .error")).Not.ToBeEmptyAsync();
        await Page.Locator("#schedule-form [name=task]").FillAsync("{");
        await Press("Save");
        await Expect(Page.Locator("#schedule-form [data-error=task]")).ToContainTextAsync("is not JSON");
    }

    [Fact]
    public async Task Queues_AreBoundedAndPausedInPlace()
    {
        await Service.Create("""[{"type":"resize","queue":"images"}]""");
        await Go("queues");
        var row = View.Locator("tbody tr");
        await Expect(row).ToContainTextAsync("nobody takes from it");
        await ExpectNothingFound();

        await row.GetByText("Edit").ClickAsync();
        await Page.Locator("#queue-form [name=maxRunning]").FillAsync("3");
        await Page.Locator("#queue-form [name=maxRunningPerKey]").FillAsync("2");
        await Press("Save");
        await Expect(row).ToContainTextAsync("3 at a time, 2 for each key");
        await row.GetByText("Pause").ClickAsync();
        await Page.Locator("#confirm-yes").ClickAsync();
        await Expect(row).ToContainTextAsync("paused, 3 at a time");
        await row.GetByText("Go on").ClickAsync();
        await Expect(row.GetByText("Pause", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Overview_SaysFirstWhatNeedsAttention()
    {
        await Service.Create("""[{"type":"resize","queue":"images"},{"type":"mail"}]""");
        await Fail("mail", "TimeoutError");
        await Go("overview");

        await Expect(View.Locator(".concerns li")).ToContainTextAsync(["images: 1 task ready", "1 mail failed in the last hour, mostly with TimeoutError"]);
        await ExpectNothingFound();
        await View.Locator(".concerns a").Last.ClickAsync();
        await Expect(View.Locator("h2")).ToHaveTextAsync("Failed tasks");
        await Page.GoBackAsync();
        await Expect(View.Locator("h2")).ToHaveTextAsync("Overview");
    }

    [Fact]
    public async Task Views_OnAPhone_FitTheWindow()
    {
        await Service.Create("""[{"type":"resize","queue":"images"}]""");
        await Fail("images", "OSError");
        await Page.SetViewportSizeAsync(360, 780);
        foreach (var view in (string[])["overview", "failed", "schedules", "queues", "workers"])
        {
            await Go(view);
            await Expect(View.Locator(".view-body > *").First).ToBeVisibleAsync();
            Assert.True(await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        }
    }

    private Task<IResponse?> Go(string view) => Page.GotoAsync($"/#/{view}");

    private async Task ExpectNothingFound() =>
        Assert.Empty((await Page.RunAxe()).Violations.SelectMany(static rule => rule.Nodes.Select(node => $"{rule.Id}: {node.Html}")));

    private async Task Fail(string queue, params string[] reasons)
    {
        foreach (var reason in reasons)
            await Post("work/finish", $$$"""{"outcomes":[{"token":"{{{await Acquire(queue)}}}","error":{"reason":"{{{reason}}}","detail":"why\n  File a.py"}}]}""");
    }

    private Task<string> Acquire(string queue) => Service.Acquire(queue);

    private Task<JsonElement> Post(string path, string json) => Service.Post(path, json);
}
