using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>More tabs than a browser has connections to one host.</summary>
public sealed class ManyTabsTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    // With that of the base class one more than the connections that a browser has to a host.
    private const int MoreTabs = 6;

    [Fact]
    public async Task Tabs_MoreThanThereAreConnections_AllShowWhatHappens()
    {
        var tabs = await OpenTabs();

        await Service.Create("""[{"message":"For all","delaySeconds":600}]""");

        foreach (var tab in tabs)
            await Expect(tab.GetByText("For all", new() { Exact = true }).First).ToBeVisibleAsync();
        Assert.Equal(1, Service.Streams);
    }

    [Fact]
    public async Task Tabs_WhenTheOneThatReadsIsClosed_GoOn()
    {
        var tabs = await OpenTabs();

        await Page.CloseAsync();
        await Service.Create("""[{"message":"After it","delaySeconds":600}]""");

        foreach (var tab in tabs[1..])
            await Expect(tab.GetByText("After it", new() { Exact = true }).First).ToBeVisibleAsync();
        UsePage(tabs[1]);
    }

    // As on a page that came over plain HTTP from another machine.
    [Fact]
    public async Task Tab_WithoutLocks_LetsGoOfItsConnectionWhileItIsHidden()
    {
        await Page.AddInitScriptAsync("delete Navigator.prototype.locks; let isHidden = false; Object.defineProperty(document, 'hidden', { get: () => isHidden }); window.hide = (value) => { isHidden = value; document.dispatchEvent(new Event('visibilitychange')); };");
        await Page.ReloadAsync();
        await Expect(Connection).ToHaveTextAsync("Live");

        await Page.EvaluateAsync("() => hide(true)");
        await Service.StreamsReach(0);

        await Service.Create("""[{"message":"Meanwhile","delaySeconds":600}]""");
        await Page.EvaluateAsync("() => hide(false)");
        await ExpectStatus("Meanwhile", "pending");
    }

    private async Task<IPage[]> OpenTabs()
    {
        var tabs = new List<IPage> { Page };
        for (var i = 0; i < MoreTabs; i++)
        {
            var tab = await Page.Context.NewPageAsync();
            await tab.GotoAsync("/");
            await Expect(tab.Locator("#connection")).ToHaveTextAsync("Live");
            tabs.Add(tab);
        }

        return [.. tabs];
    }
}
