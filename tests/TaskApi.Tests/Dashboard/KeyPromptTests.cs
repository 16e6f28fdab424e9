using Microsoft.Playwright;
using TaskApi.AspNetCore.Security;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

public sealed class KeyPromptTests(ChromiumBrowser browser)
    : DashboardTests(browser, ("Security:ApiKeys:0:Name", "north"), ("Security:ApiKeys:0:Hash", ApiKeyText.Hash(_key)))
{
    private static readonly string _key = ApiKeyText.NewKey();

    private ILocator Field => Page.GetByLabel("API key", new() { Exact = true });

    public override async ValueTask InitializeAsync()
    {
        ExpectsRefusals = true;
        await Open(new(), isLive: false);
    }

    [Fact]
    public async Task Key_Wanted_IsAskedForAndKeptForTheSession()
    {
        await Field.FillAsync("wrong");
        await Press("Use key");
        await Expect(Page.Locator("#key-problem")).Not.ToBeEmptyAsync();
        await Field.FillAsync(_key);
        await Press("Use key");
        await Expect(Connection).ToHaveTextAsync("Live");
        await Page.ReloadAsync();
        await Expect(Connection).ToHaveTextAsync("Live");

        Assert.Equal(_key, await Page.EvaluateAsync<string>("() => sessionStorage.getItem('taskapi.key')"));
        Assert.Equal(0, await Page.EvaluateAsync<int>("() => localStorage.length"));
    }

    [Fact]
    public async Task Key_Refused_IsNotAskedForAgainUntilTheUserWantsTo()
    {
        await Press("Not now");
        await Expect(Connection).ToHaveTextAsync("API key needed");
        await Expect(Page.Locator("#empty-sentence")).ToHaveTextAsync("An API key is needed to see the tasks.");
        await Expect(Page.Locator("#shown, #tasks-problem, #numbers-problem")).ToHaveTextAsync(["", "", ""]);

        await Page.RunAndWaitForResponseAsync(() => Page.Locator("#group").FillAsync("north"), static response => response.Status == 401);
        await Expect(Page.Locator("#grid")).ToHaveAttributeAsync("aria-busy", "false");
        await Expect(Page.Locator("#key")).ToBeHiddenAsync();

        await Press("Enter a key");
        await Field.FillAsync(_key);
        await Press("Use key");
        await Expect(Connection).ToHaveTextAsync("Live");
        await Expect(Page.Locator("#empty-sentence")).ToHaveTextAsync("No matching tasks.");
        await Expect(Page.Locator("#count-created")).ToHaveTextAsync("0");
    }

    [Fact]
    public async Task Key_RefusedForAWhile_AndGivenOnceMore_WakesAllThatWait()
    {
        await Field.FillAsync(_key);
        await Press("Use key");
        await Expect(Connection).ToHaveTextAsync("Live");
        await Page.RouteAsync(static url => new Uri(url).AbsolutePath.StartsWith("/tasks", StringComparison.Ordinal), static route =>
            route.FulfillAsync(new() { Status = 401, ContentType = "application/problem+json", Body = """{"title":"No."}""" }));
        await Page.ReloadAsync();
        await Press("Not now");
        await Expect(Connection).ToHaveTextAsync("API key needed");
        await Page.UnrouteAllAsync();

        await Press("Enter a key");
        await Field.FillAsync(_key);
        await Press("Use key");

        await Expect(Connection).ToHaveTextAsync("Live");
        await Expect(Page.Locator("#count-created")).ToHaveTextAsync("0");
    }

    [Fact]
    public async Task CopyAsCurl_WithAKey_DoesNotShowIt()
    {
        await Field.FillAsync(_key);
        await Press("Use key");
        await Expect(Connection).ToHaveTextAsync("Live");
        await Page.Locator("#create [data-copy]").ClickAsync();
        await Expect(Page.Locator("#create [data-copy]")).ToHaveTextAsync("Copied");

        var line = await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");

        Assert.Contains("$TASKAPI_KEY", line, StringComparison.Ordinal);
        Assert.DoesNotContain(_key, line, StringComparison.Ordinal);
    }
}
