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
        await Service.FailOne();
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

        await ExpectReadable(Page.Locator("html"));
    }

    [Fact]
    public async Task Swagger_InTheDark_CanBeReadInEveryPart()
    {
        await Open(new() { ColorScheme = ColorScheme.Dark });
        await Page.GotoAsync("/swagger/index.html");
        await Page.Locator(".scheme-container .authorize").ClickAsync();
        await ExpectReadable(Page.Locator(".dialog-ux"));
        await Page.Locator(".auth-container input").First.FillAsync("a key");
        await Page.Locator(".auth-container [type=submit]").First.ClickAsync();
        await Expect(Page.Locator(".auth-container").GetByText("Logout")).ToBeVisibleAsync();
        await ExpectReadable(Page.Locator(".dialog-ux"));
        await Page.Locator(".auth-container .btn-done").First.ClickAsync();

        var list = new SwaggerOperation(Page, "ListTasks");
        await list.Try();
        Assert.Equal("rgb(180, 188, 188)", await list.Part("input[placeholder=limit]").EvaluateAsync<string>("(field) => getComputedStyle(field, '::placeholder').color"));
        await list.Part("input[placeholder=limit]").FillAsync("1000000");
        await list.Part(".execute").ClickAsync();
        await Expect(list.Part(".validation-errors")).ToBeVisibleAsync();
        await ExpectReadable(list.Part(".opblock-section").First);
        await list.Part(".responses-wrapper").GetByText("Schema", new() { Exact = true }).First.ClickAsync();
        await ExpectReadable(list.Part(".responses-wrapper"));

        await Page.Locator("section.models .models-control").ClickAsync();
        await Page.Locator("section.models .model-box-control").First.ClickAsync();
        await ExpectReadable(Page.Locator("section.models .model-container").First);
    }

    private static async Task ExpectReadable(ILocator part) => ExpectNone(await part.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "rule", Values = ["color-contrast"] } }));

    private static void ExpectNone(AxeResult found) => Assert.Empty(found.Violations.SelectMany(static rule => rule.Nodes.Select(node => $"{rule.Id}: {node.Html}")));

    private async Task ExpectNothingFound() => ExpectNone(await Page.RunAxe());
}
