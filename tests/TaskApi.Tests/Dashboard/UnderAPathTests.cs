using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>The page under a path.</summary>
public sealed class UnderAPathTests(ChromiumBrowser browser) : DashboardTests(browser, ("Http:PathBase", "/svc/taskapi"))
{
    [Fact]
    public async Task Page_UnderAPath_IsLiveAndShowsTasks()
    {
        await Page.GotoAsync("/svc/taskapi");
        await Expect(Connection).ToHaveTextAsync("Live");
        await Service.Create("""[{"message":"Here","delaySeconds":600}]""");
        await ExpectStatus("Here", "pending");

        await Page.GotoAsync("/svc/taskapi/swagger");
        await Expect(Page.Locator("#operations-One_task-CreateTask")).ToBeVisibleAsync();
        await Expect(Page.Locator(".servers select option").First).ToHaveTextAsync("/svc/taskapi");
    }
}
