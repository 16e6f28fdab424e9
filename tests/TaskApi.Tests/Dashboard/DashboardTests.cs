using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>Base of the tests that look at the page: each has a service and a window of its own, and none may leave an error in the console.</summary>
/// <param name="browser">The browser.</param>
/// <param name="settings">The service's configuration.</param>
[Collection("Dashboard")]
public abstract class DashboardTests(ChromiumBrowser browser, params (string Key, string Value)[] settings) : IAsyncLifetime
{
    // How the browser itself reports a call that was refused, or didn't get through.
    private const string Refusal = "Failed to load resource";

    private readonly ConcurrentQueue<string> _errors = new();
    private IBrowserContext? _context;

    /// <summary>The service.</summary>
    protected LiveService Service { get; } = new(settings);

    /// <summary>The page.</summary>
    protected IPage Page { get; private set; } = null!;

    /// <summary>True in a test in which calls are refused, which the browser reports.</summary>
    protected bool ExpectsRefusals { get; set; }

    /// <summary>The rows in sight.</summary>
    protected ILocator Rows => Page.Locator("#layer .row:visible");

    /// <summary>The answers, the latest first.</summary>
    protected ILocator Answers => Page.Locator("#answers > li");

    /// <summary>Where the connection's state is told.</summary>
    protected ILocator Connection => Page.Locator("#connection");

    public virtual async ValueTask InitializeAsync() => await Open(new() { ViewportSize = new() { Width = 1280, Height = 860 } });

    public virtual async ValueTask DisposeAsync()
    {
        if (_context is not null)
        {
            // What it looked like, for whoever looks into it.
            if (TestContext.Current.TestState?.Result == TestResult.Failed)
                await Page.ScreenshotAsync(new() { Path = Path.Combine(Directory.CreateTempSubdirectory("dashboard-").FullName, $"{TestContext.Current.TestMethod?.MethodName}.png"), Caret = ScreenshotCaret.Initial });
            await _context.DisposeAsync();
        }

        await Service.DisposeAsync();
        GC.SuppressFinalize(this);
        Assert.Empty(_errors);
    }

    /// <summary>Opens the page in a new window, and waits until it is live.</summary>
    protected async Task Open(BrowserNewContextOptions options, bool isLive = true)
    {
        if (_context is not null)
            await _context.DisposeAsync();
        options.Permissions = ["clipboard-read", "clipboard-write"];
        options.BaseURL = Service.Address.ToString();
        _context = await (await browser.Start()).NewContextAsync(options);
        _context.SetDefaultTimeout(ChromiumBrowser.Patience);
        Page = await _context.NewPageAsync();
        Page.PageError += (_, error) => _errors.Enqueue(error);
        Page.Console += (_, message) => Note(message);
        await Page.GotoAsync("/");
        if (isLive)
            await Expect(Connection).ToHaveTextAsync("Live");
    }

    /// <summary>Goes on with another tab.</summary>
    protected void UsePage(IPage page) => Page = page;

    /// <summary>The row of the task with this title.</summary>
    protected ILocator Row(string title) => Rows.Filter(new() { Has = Page.GetByText(title, new() { Exact = true }) });

    /// <summary>Expects a task to be shown in this state.</summary>
    protected Task ExpectStatus(string title, string status) => Expect(Row(title).Locator(".status")).ToHaveTextAsync(status);

    /// <summary>Presses a button.</summary>
    protected Task Press(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

    /// <summary>Selects a task.</summary>
    protected Task Select(string title) => Row(title).Locator(".pick").ClickAsync();

    /// <summary>The service gets the calls; what it answers reaches the page when the test says so.</summary>
    protected async Task<TaskCompletionSource> HoldAnswers(string calls)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Page.RouteAsync(calls, async route =>
        {
            var answer = await route.FetchAsync();
            await release.Task;
            await route.FulfillAsync(new() { Response = answer });
        });
        return release;
    }

    private void Note(IConsoleMessage message)
    {
        if (message.Type is "error" or "warning" && !(ExpectsRefusals && message.Text.StartsWith(Refusal, StringComparison.Ordinal)))
            _errors.Enqueue(message.Text);
    }
}
