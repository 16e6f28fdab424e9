using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(TaskApi.Tests.Dashboard.ChromiumBrowser))]

namespace TaskApi.Tests.Dashboard;

/// <summary>One Chromium for all tests that look at the page; started for the first of them.</summary>
public sealed class ChromiumBrowser : IAsyncDisposable
{
    /// <summary>How long anything may take to be seen, on the slowest of machines.</summary>
    public const float Patience = 30_000;

    private const string Variable = "CHROMIUM";

    private static readonly string[] _places = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser"];
    private static readonly string[] _arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly SemaphoreSlim _gate = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The browser.</summary>
    public async Task<IBrowser> Start()
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_browser is null)
            {
                var path = Find();
                Assertions.SetDefaultExpectTimeout(Patience);
                _playwright = await Playwright.CreateAsync();
                _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = _arguments, Timeout = 2 * Patience });
            }

            return _browser;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _gate.Dispose();
    }

    private static string Find()
    {
        var asked = Environment.GetEnvironmentVariable(Variable);
        var path = (asked is null ? _places : [asked]).FirstOrDefault(File.Exists);
        Assert.True(path is not null, $"The dashboard's tests need a Chromium: 'apt-get install chromium' on Debian, or {Variable}=/path/to/chromium. Not found: {asked ?? string.Join(", ", _places)}.");
        return path;
    }
}
