using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>What axe, which knows the rules of WCAG, has to say about the page.</summary>
public sealed class AccessibleTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    private const string Tasks = """
        [{"message":"Soon","delaySeconds":600,"group":"warm"},{"message":"Late","dueAt":"2020-01-01T00:00:00Z"},{"type":"resize","input":{"width":200}}]
        """;

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(360, ColorScheme.Light)]
    public async Task Page_WithTasks_HasNothingThatAxeFinds(int width, ColorScheme scheme)
    {
        await Service.Create(Tasks);
        await Open(new() { ViewportSize = new() { Width = width, Height = 860 }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await Expect(Row("Late")).ToBeVisibleAsync();

        await ExpectNothingFound();
        await Row("Soon").Locator(".what").ClickAsync();
        await ExpectNothingFound();
    }

    [Fact]
    public async Task Swagger_InTheDark_CanBeRead()
    {
        await Open(new() { ColorScheme = ColorScheme.Dark });
        await Page.GotoAsync("/swagger/index.html");
        var create = new SwaggerOperation(Page, "CreateTask");
        await create.Try();
        await create.Execute("202");

        await ExpectNothingFound(new() { RunOnly = new RunOnlyOptions { Type = "rule", Values = ["color-contrast"] } });
    }

    private async Task ExpectNothingFound(AxeRunOptions? options = null)
    {
        var found = await Page.RunAxe(options);
        Assert.Empty(found.Violations.SelectMany(static rule => rule.Nodes.Select(node => $"{rule.Id}: {node.Html}")));
    }
}
