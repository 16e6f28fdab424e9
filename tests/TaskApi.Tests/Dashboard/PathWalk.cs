using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>Visits every view of a dashboard that stands under a path: by clicks, and by the links that one would send.</summary>
/// <param name="page">The page.</param>
/// <param name="root">The dashboard's address, without a slash at its end.</param>
internal sealed class PathWalk(IPage page, Uri root)
{
    private static readonly Dictionary<string, string> _views = new(StringComparer.Ordinal)
    {
        ["overview"] = "Overview",
        ["failed"] = "Failed tasks",
        ["schedules"] = "Schedules",
        ["queues"] = "Queues",
        ["workers"] = "Workers",
    };

    private readonly ConcurrentQueue<string> _elsewhere = new();

    private ILocator View => page.Locator("#view");

    /// <summary>Goes everywhere.</summary>
    /// <param name="failed">A task that has failed, in the queue images, with the title resize.</param>
    public async Task Visit(string failed)
    {
        // What was open before is none of this walk.
        await page.GotoAsync("about:blank");
        page.Request += Note;
        await ByClicks();
        foreach (var (view, title) in _views)
        {
            await Follow($"#/{view}");
            await Expect(View.Locator("#view-title")).ToHaveTextAsync(title);
        }

        foreach (var link in (string[])[$"?#/tasks?task={failed}", $"#/queues?task={failed}", $"#/tasks?status=failed&queue=images&task={failed}"])
        {
            await Follow(link);
            await Expect(page.Locator("#task-status")).ToHaveTextAsync("failed");
            await Expect(page.Locator("#task-attempts-table tbody")).ToHaveCountAsync(1);
        }

        await Follow("guide.html");
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the tasks" }).ClickAsync();
        await IsLive();
        foreach (var link in (string[])["swagger", "swagger/", "swagger/index.html#/One%20task/CreateTask"])
        {
            await Follow(link);
            await Expect(page.Locator("#operations-One_task-CreateTask")).ToBeVisibleAsync();
        }

        await page.GotoAsync("about:blank");
        page.Request -= Note;
        Assert.Empty(_elsewhere);
    }

    private async Task ByClicks()
    {
        await page.GotoAsync($"{root}/");
        await IsLive();
        foreach (var (view, title) in _views)
        {
            await page.Locator($"#views [data-view={view}]").ClickAsync();
            await Expect(View.Locator("#view-title")).ToHaveTextAsync(title);
            await Expect(View.Locator(".view-body > *").First).ToBeVisibleAsync();
            await Expect(View.Locator(".problem")).ToBeEmptyAsync();
        }

        await page.Locator("#views [data-view=queues]").ClickAsync();
        await View.GetByRole(AriaRole.Link, new() { Name = "images" }).First.ClickAsync();
        await page.Locator("#layer .row:visible .what").First.ClickAsync();
        await Expect(page.Locator("#task-status")).ToHaveTextAsync("failed");
        await page.ReloadAsync();
        await Expect(page.Locator("#task-fields")).ToContainTextAsync("queueimages");
        await page.Locator("#task-close").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Guide" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("What you see");
        await page.GoBackAsync();
        await IsLive();
        await page.GetByRole(AriaRole.Link, new() { Name = "API", Exact = true }).ClickAsync();
        await Expect(page.Locator("#operations-One_task-CreateTask")).ToBeVisibleAsync();
        await page.GoBackAsync();
        await IsLive();
    }

    private async Task IsLive()
    {
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");
        Assert.Equal($"{root.AbsolutePath}/", new Uri(page.Url).AbsolutePath);
    }

    // From outside: a place of the same page alone would not be loaded anew.
    private async Task Follow(string link)
    {
        await page.GotoAsync("about:blank");
        await page.GotoAsync($"{root}/{link}");
    }

    private void Note(object? sender, IRequest request)
    {
        if (request.Url.StartsWith("http", StringComparison.Ordinal) && !request.Url.StartsWith($"{root}/", StringComparison.Ordinal))
            _elsewhere.Enqueue(request.Url);
    }
}
