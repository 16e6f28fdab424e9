using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using TaskApi.Tests.Dashboard;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Embedding;

/// <summary>The pages of TaskApi in a program, in a browser.</summary>
[Collection("Dashboard")]
public sealed class EmbeddedPagesTests(ChromiumBrowser browser) : IAsyncLifetime
{
    private readonly WebApplication _app = Build();
    private IBrowserContext _context = null!;
    private IPage _page = null!;

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _context = await (await browser.Start()).NewContextAsync(new() { BaseURL = _app.Urls.Single() });
        _context.SetDefaultTimeout(ChromiumBrowser.Patience);
        _page = await _context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Dashboard_UnderThePrefix_IsLiveAndCreatesThere()
    {
        await _page.GotoAsync("/jobs");
        await Expect(_page.Locator("#connection")).ToHaveTextAsync("Live");
        await _page.Locator("#create [name=message]").FillAsync("In a program");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();

        await Expect(_page.Locator("#layer .row:visible").Filter(new() { HasText = "In a program" }).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Swagger_UnderThePrefix_MakesItsCallsThere()
    {
        await _page.GotoAsync("/jobs/swagger");
        var create = new SwaggerOperation(_page, "CreateTask");
        await create.Try();
        await create.Execute("202");

        await Expect(create.Url).ToHaveTextAsync($"{_app.Urls.Single()}/jobs/tasks");
        await Expect(create.Headers.Filter(new() { HasText = "location" })).ToContainTextAsync("/jobs/tasks/");
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder(["--Tasks:ShutdownGrace=00:00:00"]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddTaskApi();
        var app = builder.Build();
        app.MapTaskApi("/jobs");
        return app;
    }
}
