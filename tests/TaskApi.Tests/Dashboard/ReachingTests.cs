using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>The page by keyboard alone, and over a lost connection.</summary>
public sealed class ReachingTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    [Fact]
    public async Task Keyboard_Alone_CreatesSelectsAndCancels()
    {
        await Page.Locator("#create [name=message]").FocusAsync();
        await Page.Keyboard.PressAsync("Control+A");
        await Page.Keyboard.TypeAsync("First");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.TypeAsync("600");
        await Page.Keyboard.PressAsync("Enter");
        await ExpectStatus("First", "pending");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Rows).ToHaveCountAsync(2);

        await Page.ReloadAsync();
        await Expect(Rows).ToHaveCountAsync(2);
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#grid")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Page.Locator("#grid")).ToHaveAttributeAsync("aria-activedescendant", "row-1");
        await Page.Keyboard.PressAsync("Space");
        await Expect(Rows.Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await Page.Keyboard.PressAsync("Delete");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("#confirm")).ToBeHiddenAsync();
        await Expect(Rows.Nth(1).Locator(".status")).ToHaveTextAsync("pending");
        await Page.Keyboard.PressAsync("Delete");
        await Expect(Page.Locator("#confirm-yes")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Rows.Nth(1).Locator(".status")).ToHaveTextAsync("cancelled");
        await Page.Keyboard.PressAsync("Home");
        await Page.Keyboard.PressAsync("n");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Rows.First.Locator(".status")).ToHaveTextAsync("completed");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#task")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("#grid")).ToBeFocusedAsync();
    }

    // In a program of one's own it may be the program's cookie that says who calls.
    [Fact]
    public async Task Calls_CarryTheCookieOfTheProgram()
    {
        await Page.Context.AddCookiesAsync([new() { Name = "who", Value = "operator", Url = Service.Address.ToString() }]);

        var call = await Page.RunAndWaitForRequestAsync(() => Page.ReloadAsync(), static request => request.Url.Contains("/tasks/stats", StringComparison.Ordinal));

        Assert.Equal("who=operator", await call.HeaderValueAsync("Cookie"));
    }

    [Fact]
    public async Task Service_StartedAgain_IsFoundAgain()
    {
        ExpectsRefusals = true;
        await Service.Create("""[{"message":"Before","delaySeconds":600}]""");
        await ExpectStatus("Before", "pending");
        var address = Service.Address;

        await Service.Stop();
        await Expect(Connection).ToHaveTextAsync("Reconnecting");
        await Page.Locator("#counters [data-status=pending]").ClickAsync();
        await Expect(Page.Locator("#tasks-problem")).ToHaveTextAsync("The service can’t be reached. Is it running?");
        await Press("Create");
        await Expect(Page.Locator("#create .problem")).ToHaveTextAsync("The service can’t be reached. Is it running?");
        Service.StartAgain(address);
        await Expect(Connection).ToHaveTextAsync("Live");

        // The tasks were in the old one's memory.
        await Expect(Row("Before")).ToBeHiddenAsync();
        await Expect(Page.Locator("#tasks-problem, #numbers-problem, #create .problem")).ToHaveTextAsync(["", "", ""]);
        await Service.Create("""[{"message":"After","delaySeconds":600}]""");
        await ExpectStatus("After", "pending");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(null)]
    public async Task ListAndTask_ThatFailedByThemselves_AreReadAgain_ThoughTheConnectionStands(int? status)
    {
        ExpectsRefusals = true;
        var id = Assert.Single(await Service.Create("""[{"message":"Before","delaySeconds":600}]"""));
        await ExpectStatus("Before", "pending");
        await Page.RouteAsync(url => IsOfListOrTask(url, id), route => status is { } code
            ? route.FulfillAsync(new() { Status = code, ContentType = "application/problem+json", Body = """{"title":"Not now."}""" })
            : route.AbortAsync());
        var sentence = status is null ? "The service can’t be reached. Is it running?" : "Not now.";
        await Page.GotoAsync($"/#/tasks?task={id}");
        await Page.ReloadAsync();
        await Expect(Connection).ToHaveTextAsync("Live");
        await Expect(Page.Locator("#tasks-problem, #task-missing")).ToHaveTextAsync([sentence, sentence]);

        await Page.UnrouteAllAsync();

        await Expect(Page.Locator("#task-message")).ToHaveTextAsync("Before");
        await Expect(Page.Locator("#tasks-problem, #task-missing")).ToHaveTextAsync(["", ""]);
        await Expect(Connection).ToHaveTextAsync("Live");
    }

    // Not the counters, nor the events.
    private static bool IsOfListOrTask(string url, string id) => new Uri(url).AbsolutePath is { } path && (path == "/tasks" || path.StartsWith($"/tasks/{id}", StringComparison.Ordinal));

    [Fact]
    public async Task Task_OpenedWhileTheServiceIsAway_IsReadWhenItIsBack()
    {
        ExpectsRefusals = true;
        var address = Service.Address;
        await Service.Stop();
        await Expect(Connection).ToHaveTextAsync("Reconnecting");
        await Page.EvaluateAsync("() => { location.hash = '#/tasks?task=019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61'; }");
        await Expect(Page.Locator("#task-missing")).ToHaveTextAsync("The service can’t be reached. Is it running?");

        Service.StartAgain(address);

        await Expect(Page.Locator("#task-missing")).ToContainTextAsync("There is no such task");
    }

    [Fact]
    public async Task Task_ThatIsOpenAndForgottenMeanwhile_IsSaidToBeGone()
    {
        ExpectsRefusals = true;
        await Service.Create("""[{"message":"Before","delaySeconds":600}]""");
        await Row("Before").Locator(".what").ClickAsync();
        await Expect(Page.Locator("#task-message")).ToHaveTextAsync("Before");
        var address = Service.Address;
        await Service.Stop();
        await Expect(Connection).ToHaveTextAsync("Reconnecting");

        Service.StartAgain(address);

        await Expect(Page.Locator("#task-missing")).ToContainTextAsync("There is no such task");
        await Expect(Page.Locator("#task-message")).ToBeHiddenAsync();
    }
}
