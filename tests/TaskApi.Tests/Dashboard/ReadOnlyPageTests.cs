using Microsoft.Playwright;
using TaskApi.AspNetCore.Security;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>The page for who may only look.</summary>
public sealed class ReadOnlyPageTests(ChromiumBrowser browser) : DashboardTests(
    browser,
    ("Security:ApiKeys:0:Name", "north"), ("Security:ApiKeys:0:Hash", ApiKeyText.Hash(_key)),
    ("Security:ApiKeys:1:Name", "north"), ("Security:ApiKeys:1:Hash", ApiKeyText.Hash(_looking)), ("Security:ApiKeys:1:ReadOnly", "true"))
{
    private static readonly string _key = ApiKeyText.NewKey();
    private static readonly string _looking = ApiKeyText.NewKey();

    public override async ValueTask InitializeAsync()
    {
        ExpectsRefusals = true;
        await Open(new() { ViewportSize = new() { Width = 1280, Height = 860 } }, isLive: false);
    }

    [Fact]
    public async Task Page_OfAReadOnlyKey_OffersNothingThatChangesAnything()
    {
        await Use(_key);
        await Expect(Page.Locator("#read-only")).ToBeHiddenAsync();
        await Page.Locator("#create [name=delaySeconds]").FillAsync("600");
        await Press("Create");
        await ExpectStatus("Hello", "pending");
        await Press("Forget key");
        await Use(_looking);

        await Expect(Page.Locator("#read-only")).ToHaveTextAsync("Read only");
        await Expect(Page.Locator("#create")).ToBeHiddenAsync();
        await Row("Hello").Locator(".what").ClickAsync();
        await Expect(Page.Locator("#task-message")).ToHaveTextAsync("Hello");
        await Expect(Page.Locator("#task-acts").GetByRole(AriaRole.Button)).ToHaveTextAsync(["Await"]);
        await Press("Close");
        await Page.Locator("#grid").PressAsync("Delete");
        await Expect(Page.Locator("#notice")).ToHaveTextAsync("You may look here, and change nothing.");
        await Expect(Page.Locator("#confirm")).ToBeHiddenAsync();
        await Press("All that match…");
        await Expect(Page.Locator("#bulk-acts").GetByRole(AriaRole.Button)).ToHaveTextAsync(["NDJSON", "CSV"]);
        await Press("Close");
        foreach (var view in (string[])["overview", "failed", "schedules", "queues", "workers"])
        {
            await Page.GotoAsync($"/#/{view}");
            await Expect(Page.Locator("#view .view-body > *").First).ToBeVisibleAsync();
            await Expect(Page.Locator("#view").GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        }

        await Page.GotoAsync("/#/tasks");
        await Expect(Rows).ToHaveCountAsync(1);
    }

    private async Task Use(string key)
    {
        await Page.GetByLabel("API key", new() { Exact = true }).FillAsync(key);
        await Press("Use key");
        await Expect(Connection).ToHaveTextAsync("Live");
    }
}
