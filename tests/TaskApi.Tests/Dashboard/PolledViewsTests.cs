using Microsoft.Playwright;
using TaskApi.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>Views that are read again and again, under the hands of whoever is at them.</summary>
public sealed class PolledViewsTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    private ILocator View => Page.Locator("#view");

    [Fact]
    public async Task Button_ThatIsBeingPressedWhileTheViewIsReadAgain_IsPressed()
    {
        await Service.Create("""[{"type":"resize","queue":"images"}]""");
        await Page.GotoAsync("/#/queues");
        var pause = InRow("images", "Pause");
        await pause.HoverAsync();
        await Page.Mouse.DownAsync();

        await Page.RunAndWaitForResponseAsync(() => Service.Create("""[{"type":"resize","queue":"audio"}]"""), IsOfQueues);
        await Page.WaitForResponseAsync(IsOfQueues);
        await Page.Mouse.UpAsync();

        await Expect(Page.Locator("#confirm")).ToBeVisibleAsync();
        await Page.Locator("#confirm-no").ClickAsync();
        await Expect(View.GetByRole(AriaRole.Link, new() { Name = "audio" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Focus_StaysInTheRow_WhereverThatIs()
    {
        await Service.Create("""[{"type":"resize","queue":"images"}]""");
        await Page.GotoAsync("/#/queues");
        await InRow("images", "Edit").FocusAsync();

        await Service.Create("""[{"type":"resize","queue":"audio"}]""");
        await Expect(View.GetByRole(AriaRole.Link, new() { Name = "audio" })).ToBeVisibleAsync();

        await Expect(InRow("images", "Edit")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Focus_OfAButtonThatBecomesAnother_IsOnThat()
    {
        await Service.Create("""[{"type":"resize","queue":"audio"},{"type":"resize","queue":"images"}]""");
        await Page.GotoAsync("/#/queues");
        await InRow("images", "Pause").FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Page.Locator("#confirm-yes").ClickAsync();

        await Expect(InRow("images", "Go on")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Pause_ForMinutes_IsByTheServersClock()
    {
        await Service.Create("""[{"type":"resize","queue":"images"}]""");
        await Page.AddInitScriptAsync("{ const now = Date.now; Date.now = () => now() - 3_600_000; }");
        await Page.ReloadAsync();
        await Page.GotoAsync("/#/queues");
        await InRow("images", "Edit").ClickAsync();
        await Page.Locator("#queue-form [name=minutes]").FillAsync("30");
        await Press("Save");
        await Page.Locator("#confirm-yes").ClickAsync();

        await Expect(View.Locator("tbody tr")).ToContainTextAsync("paused until");
        var until = Assert.Single((await Service.Get("queues")).Items("queues")).GetProperty("pausedUntil").GetDateTimeOffset();
        Assert.InRange(until, TimeProvider.System.GetUtcNow().AddMinutes(15), TimeProvider.System.GetUtcNow().AddMinutes(45));
    }

    private static bool IsOfQueues(IResponse response) => response.Url.Contains("/queues?", StringComparison.Ordinal);

    private ILocator InRow(string queue, string button) =>
        View.Locator("tbody tr").Filter(new() { Has = Page.GetByRole(AriaRole.Link, new() { Name = queue }) }).GetByText(button, new() { Exact = true });
}
