using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>The page by keyboard alone, over a lost connection, and with a key.</summary>
public sealed class ReachingTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    [Fact]
    public async Task Keyboard_Alone_CreatesSelectsAndCancels()
    {
        await Page.Locator("#create [name=message]").FocusAsync();
        await Page.Keyboard.PressAsync("Control+A");
        await Page.Keyboard.TypeAsync("First");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.TypeAsync("600");
        await Page.Keyboard.PressAsync("Enter");
        await ExpectStatus("First", "pending");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Rows).ToHaveCountAsync(2);

        await Page.ReloadAsync();
        await Expect(Rows).ToHaveCountAsync(2);
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#grid")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Page.Locator("#grid")).ToHaveAttributeAsync("aria-activedescendant", "row-1");
        await Page.Keyboard.PressAsync("Space");
        await Expect(Rows.Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await Page.Keyboard.PressAsync("Delete");
        await Expect(Rows.Nth(1).Locator(".status")).ToHaveTextAsync("cancelled");
        await Page.Keyboard.PressAsync("Home");
        await Page.Keyboard.PressAsync("n");
        await Expect(Rows.First.Locator(".status")).ToHaveTextAsync("completed");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#task")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("#grid")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Service_StartedAgain_IsFoundAgain()
    {
        ExpectsRefusals = true;
        await Service.Create("""[{"message":"Before","delaySeconds":600}]""");
        await ExpectStatus("Before", "pending");
        var address = Service.Address;

        await Service.Stop();
        await Expect(Connection).ToHaveTextAsync("Reconnecting");
        Service.StartAgain(address);
        await Expect(Connection).ToHaveTextAsync("Live");

        // The tasks were in the old one's memory.
        await Expect(Row("Before")).ToBeHiddenAsync();
        await Service.Create("""[{"message":"After","delaySeconds":600}]""");
        await ExpectStatus("After", "pending");
    }

    [Fact]
    public async Task Key_Wanted_IsAskedForOnceAndKept()
    {
        ExpectsRefusals = true;
        await Page.Context.RouteAsync("**/tasks**", static async route =>
        {
            if (await route.Request.HeaderValueAsync("Authorization") == "Bearer right")
                await route.ContinueAsync();
            else
                await route.FulfillAsync(new() { Status = 401, ContentType = "application/problem+json", Body = """{"status":401,"title":"No.","detail":"The key is unknown."}""" });
        });
        await Page.ReloadAsync();

        await Page.GetByLabel("API key", new() { Exact = true }).FillAsync("wrong");
        await Press("Use it");
        await Expect(Page.Locator("#key-problem")).ToHaveTextAsync("The key is unknown.");
        await Page.GetByLabel("API key", new() { Exact = true }).FillAsync("right");
        await Press("Use it");
        await Expect(Connection).ToHaveTextAsync("Live");
        await Page.ReloadAsync();
        await Expect(Connection).ToHaveTextAsync("Live");

        Assert.Equal("right", await Page.EvaluateAsync<string>("() => sessionStorage.getItem('taskapi.key')"));
        Assert.Equal(0, await Page.EvaluateAsync<int>("() => localStorage.length"));
        await Page.Locator("#create [data-copy]").ClickAsync();
        await Expect(Page.Locator("#create [data-copy]")).ToHaveTextAsync("Copied");
        Assert.DoesNotContain("right", await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"), StringComparison.Ordinal);
    }
}
