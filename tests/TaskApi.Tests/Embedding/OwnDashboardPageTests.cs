using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using TaskApi.Tests.Dashboard;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Embedding;

/// <summary>The dashboard at a path of its own, in a browser.</summary>
[Collection("Dashboard")]
public sealed class OwnDashboardPageTests(ChromiumBrowser browser)
{
    [Fact]
    public async Task Dashboard_AtAPathOfItsOwn_IsLiveAndCreatesThere()
    {
        var builder = WebApplication.CreateBuilder(["--Tasks:ShutdownGrace=00:00:00"]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddTaskApi();
        await using var app = builder.Build();
        app.MapTaskApi("/jobs");
        app.MapTaskApiDashboard("/admin/tasks");
        await app.StartAsync(TestContext.Current.CancellationToken);
        await using var context = await (await browser.Start()).NewContextAsync(new() { BaseURL = app.Urls.Single() });
        context.SetDefaultTimeout(ChromiumBrowser.Patience);
        var page = await context.NewPageAsync();

        await page.GotoAsync("/admin/tasks");
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");
        await page.Locator("#create [name=message]").FillAsync("For operators");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();

        await Expect(page.Locator("#layer .row:visible").Filter(new() { HasText = "For operators" }).First).ToBeVisibleAsync();
    }
}
