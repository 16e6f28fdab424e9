using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>Where things are, in windows of all sizes.</summary>
public sealed class LayoutTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    [Theory]
    [InlineData(1024, 768)]
    [InlineData(1280, 720)]
    [InlineData(1366, 768)]
    [InlineData(1440, 900)]
    public async Task Window_OfADesk_HasTheNumbersBesideTheFormAndTheFormInSight(int width, int height)
    {
        await Open(new() { ViewportSize = new() { Width = width, Height = height } });
        await Service.Create("""[{"message":"Here","delaySeconds":600}]""");
        await Expect(Page.Locator("#late-ever")).Not.ToBeEmptyAsync();

        var side = (await Page.Locator("#create").BoundingBoxAsync())!;
        foreach (var card in await Page.Locator(".charts figure, .counters button").AllAsync())
        {
            var box = (await card.BoundingBoxAsync())!;
            Assert.True(box.X + box.Width < side.X);
        }

        Assert.False(await Page.EvaluateAsync<bool>("() => [...document.querySelectorAll('.charts figure')].some((card) => card.scrollWidth > card.clientWidth)"));
        await Expect(Page.Locator("#create [type=submit]")).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(Page.Locator("#older")).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    [Fact]
    public async Task Window_LowAndNarrow_HasTheWayToOlderTasksWithinReach()
    {
        await Open(new() { ViewportSize = new() { Width = 960, Height = 650 } });

        await Page.Locator("#tasks-title").HoverAsync();
        await Page.Mouse.WheelAsync(0, 2_000);

        await Expect(Page.Locator("#older")).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    [Fact]
    public async Task Overview_OfATypeOfUsualLength_HasItInOneLine()
    {
        await Service.Create("""[{"type":"report.publish"}]""");
        await Service.Post("work/finish", $$$"""{"outcomes":[{"token":"{{{await Service.Acquire("report.publish")}}}","error":{"reason":"SMTPRecipientsRefused"}}]}""");

        await Page.GotoAsync("/#/overview");

        var lines = await Page.GetByRole(AriaRole.Link, new() { Name = "report.publish", Exact = true }).EvaluateAsync<int>("(link) => link.getClientRects().length");
        Assert.Equal(1, lines);
    }

    [Theory]
    [InlineData(360)]
    [InlineData(390)]
    public async Task Views_OnAPhone_AreAllInSight(int width)
    {
        await Open(new() { ViewportSize = new() { Width = width, Height = 780 }, HasTouch = true });

        foreach (var link in await Page.Locator("#views a").AllAsync())
            await Expect(link).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    [Fact]
    public async Task Row_OnAPhone_TellsTheStatusInWords()
    {
        await Service.Create("""[{"message":"Here","delaySeconds":600}]""");
        await Open(new() { ViewportSize = new() { Width = 360, Height = 780 }, HasTouch = true });

        await Row("Here").Locator(".status").ScrollIntoViewIfNeededAsync();
        await ExpectStatus("Here", "pending");
        await Expect(Row("Here").Locator(".status")).ToBeInViewportAsync(new() { Ratio = 1 });
        Assert.True(await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
    }

    [Fact]
    public async Task Fit_AShortTaskBesideALongOne_ShowsBothAsBars()
    {
        var widths = await Page.EvaluateAsync<double[]>("""
            async () => {
              const { Scale } = await import('./js/timeline/scale.js');
              const now = Date.now();
              const task = (seconds) => ({ createdAt: new Date(now).toISOString(), dueAt: new Date(now + seconds * 1000).toISOString(), done: false });
              const tasks = [task(5), task(86400)];
              const scale = new Scale();
              scale.fit(tasks, now, 600);
              scale.settle(0, true);
              return tasks.map(({ dueAt }) => scale.x(Date.parse(dueAt), now, 600) - scale.x(now, now, 600));
            }
            """);

        Assert.InRange(widths[0], 15, 600);
        Assert.InRange(widths[1], widths[0] * 2, 600);
    }

    [Fact]
    public async Task Fit_ShortTasksThatEndedAWhileAgo_ShowsThemAsBars()
    {
        var widths = await Page.EvaluateAsync<double[]>("""
            async () => {
              const { Scale } = await import('./js/timeline/scale.js');
              const now = Date.now();
              const at = (ago) => new Date(now - ago * 1000).toISOString();
              const task = (ago) => ({ createdAt: at(ago), dueAt: at(ago), finishedAt: at(ago - 1), done: true });
              const tasks = [20, 22, 24, 26, 28].map(task);
              const scale = new Scale();
              scale.fit(tasks, now, 500);
              scale.settle(0, true);
              return tasks.map(({ createdAt, finishedAt }) => scale.x(Date.parse(finishedAt), now, 500) - scale.x(Date.parse(createdAt), now, 500));
            }
            """);

        Assert.All(widths, static width => Assert.InRange(width, 10, 500));
    }
}
