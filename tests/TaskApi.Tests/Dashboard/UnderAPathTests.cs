using TaskApi.Tests.Infrastructure;
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
        var stats = new SwaggerOperation(Page, "GetTaskStats");
        await stats.Try();
        await stats.Execute("200");
        await Expect(stats.Url).ToHaveTextAsync(new Uri(Service.Address, "/svc/taskapi/tasks/stats").ToString());
    }

    [Fact]
    public async Task Views_UnderAPath_AskForNothingElsewhere() => await new PathWalk(Page, new(Service.Address, "/svc/taskapi")).Visit(await Service.FailOne());
}

/// <summary>The page behind a proxy that has it under a path, takes that off and says so.</summary>
public sealed class BehindAProxyTests(ChromiumBrowser browser) : DashboardTests(browser, ("Security:KnownProxies:0", "127.0.0.1"))
{
    [Fact]
    public async Task Page_BehindAProxy_IsLiveAndCreatesThroughIt()
    {
        await using var proxy = await StrippingProxy.Start(Service.Address, "/tools/taskapi");

        await Page.GotoAsync(new Uri(proxy.Address, "/tools/taskapi/").ToString());
        await Expect(Connection).ToHaveTextAsync("Live");
        await Page.Locator("#create [name=message]").FillAsync("Through it");
        await Press("Create");

        await ExpectStatus("Through it", "pending");
        await Page.GotoAsync("about:blank");
    }

    [Fact]
    public async Task Views_BehindAProxy_AskForNothingElsewhere()
    {
        await using var proxy = await StrippingProxy.Start(Service.Address, "/tools/taskapi");

        await new PathWalk(Page, new(proxy.Address, "/tools/taskapi")).Visit(await Service.FailOne());
    }

    [Fact]
    public async Task Swagger_BehindAProxy_MakesItsCallsThroughIt()
    {
        await using var proxy = await StrippingProxy.Start(Service.Address, "/tools/taskapi");

        await Page.GotoAsync(new Uri(proxy.Address, "/tools/taskapi/swagger").ToString());
        var create = new SwaggerOperation(Page, "CreateTask");
        await create.Try();
        await create.Execute("202");

        await Expect(create.Url).ToHaveTextAsync(new Uri(proxy.Address, "/tools/taskapi/tasks").ToString());
        var task = Assert.Single(await Service.List());
        await Expect(create.Headers.Filter(new() { HasText = "location" })).ToContainTextAsync($"/tools/taskapi/tasks/{task.Id()}");
    }
}
