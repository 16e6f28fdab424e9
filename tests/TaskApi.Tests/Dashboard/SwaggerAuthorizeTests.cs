using TaskApi.AspNetCore.Security;

namespace TaskApi.Tests.Dashboard;

/// <summary>Swagger UI in a browser, under its content security policy, at a service with a key: what the policy forbids is an error in the console.</summary>
public sealed class SwaggerAuthorizeTests(ChromiumBrowser browser)
    : DashboardTests(browser, ("Security:ApiKeys:0:Name", "north"), ("Security:ApiKeys:0:Hash", ApiKeyText.Hash(_key)))
{
    private static readonly string _key = ApiKeyText.NewKey();

    public override async ValueTask InitializeAsync()
    {
        ExpectsRefusals = true;
        await Open(new(), isLive: false);
        await Page.GotoAsync("/swagger/index.html");
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("apiKey")]
    public async Task Authorize_WithTheKey_LetsCallsThrough(string scheme)
    {
        var stats = new SwaggerOperation(Page, "GetTaskStats");
        await stats.Try();
        await stats.Execute("401");

        await Page.Locator(".scheme-container .authorize").ClickAsync();
        var form = Page.Locator(".auth-container").Filter(new() { Has = Page.Locator("h4", new() { HasText = scheme }) });
        await form.Locator("input").FillAsync(_key);
        await form.Locator("button[type=submit]").ClickAsync();
        await form.Locator(".btn-done").ClickAsync();

        await stats.Execute("200");
    }
}
