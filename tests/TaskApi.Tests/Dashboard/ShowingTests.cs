using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

public sealed class ShowingTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    private const string Mixed = """
        [{"message":"Red","delaySeconds":600,"group":"warm","name":"apple"},{"message":"Orange","delaySeconds":600,"group":"warm"},{"message":"Blue","delaySeconds":0,"group":"cold"}]
        """;

    [Fact]
    public async Task Filter_ByStatusGroupAndText_ShowsWhatMatches()
    {
        await Service.Create(Mixed);
        await ExpectStatus("Blue", "completed");
        await Expect(Rows).ToHaveCountAsync(3);

        await Page.Locator("#counters [data-status=pending]").ClickAsync();
        await Expect(Rows.Locator(".title")).ToHaveTextAsync(["Orange", "apple"]);
        await Page.Locator("#search").FillAsync("APP");
        await Expect(Rows.Locator(".title")).ToHaveTextAsync(["apple"]);
        await Page.Locator("#search").FillAsync("nothing like it");
        await Expect(Page.Locator("#empty-sentence")).ToHaveTextAsync("No matching tasks.");
        await Press("Show all");
        await Page.Locator("#group").FillAsync("cold");
        await Expect(Rows.Locator(".title")).ToHaveTextAsync(["Blue"]);
    }

    [Fact]
    public async Task Filter_GroupThatCanNotBe_SaysSo()
    {
        ExpectsRefusals = true;
        await Page.Locator("#group").FillAsync("not a group");

        await Expect(Page.Locator("#tasks-problem")).Not.ToBeEmptyAsync();
        await Page.Locator("#group").FillAsync("a-group");
        await Expect(Page.Locator("#tasks-problem")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task Filter_ByGroup_SuggestsThoseThatThereAre()
    {
        await Service.Create(Mixed);
        await Expect(Rows).ToHaveCountAsync(3);

        await Page.Locator("#group").FocusAsync();

        Assert.Equal(["cold", "warm"], await Page.EvaluateAsync<string[]>("() => [...document.querySelector('#group').list.options].map((option) => option.value)"));
    }

    [Fact]
    public async Task Search_ForATextFarDown_FindsItOnTheServiceAndCountsIt()
    {
        await Service.Create(JsonSerializer.Serialize(Enumerable.Range(0, 2_500).Select(static i => new { message = $"{(i == 3 ? "needle" : "hay")} {i}", delaySeconds = 600 })));
        await Expect(Row("hay 2499")).ToBeVisibleAsync();

        await Page.Locator("#search").FillAsync("needle");

        await Expect(Rows.Locator(".title")).ToHaveTextAsync(["needle 3"]);
        await Expect(Page.Locator("#shown")).ToHaveTextAsync("1 task found");
    }

    [Fact]
    public async Task Tasks_MoreThanAPage_AreReachedByTurning()
    {
        await Service.Create(JsonSerializer.Serialize(Enumerable.Range(0, 1_250).Select(static i => new { message = $"m{i}", delaySeconds = 600 })));
        await Expect(Row("m1249")).ToBeVisibleAsync();

        await Press("Older");
        await Expect(Page.Locator("#shown")).ToHaveTextAsync("page 2: 250 tasks");
        await Expect(Row("m249")).ToBeVisibleAsync();
        await Press("Newer");
        await Expect(Row("m1249")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Tasks_WhileScrolledDown_WaitUntilTheUserIsBack()
    {
        await Service.Create(JsonSerializer.Serialize(Enumerable.Range(0, 100).Select(static i => new { message = $"m{i}", delaySeconds = 600 })));
        await Expect(Row("m99")).ToBeVisibleAsync();
        await Page.Locator("#scroller").HoverAsync();
        await Page.Mouse.WheelAsync(0, 1_000);
        await Expect(Row("m99")).ToBeHiddenAsync();

        await Service.Create("""[{"message":"New","delaySeconds":600}]""");

        await Page.Locator("#arrivals").ClickAsync();
        await Expect(Row("New")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Text_Hostile_IsShownAsItIs()
    {
        string[] messages =
        [
            "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>",
            "\u202Eright to left \u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627",
            "👩‍👩‍👧‍👦🏳️‍🌈 emoji \u0301\u0301\u0301",
            new string('W', 4_096),
        ];
        await Service.Create(JsonSerializer.Serialize(messages.Select(static message => new { message, delaySeconds = 600 })));

        foreach (var message in messages)
        {
            await Row(message).Locator(".what").ClickAsync();
            await Expect(Page.Locator("#task-message")).ToHaveJSPropertyAsync("textContent", message);
            await Press("Close");
        }

        await Expect(Page.Locator("#layer img, #layer script, #task img")).ToHaveCountAsync(0);
        await Expect(Page).ToHaveTitleAsync("TaskApi: the event loop");
        Assert.True(await FitsTheWindow());
    }

    [Fact]
    public async Task Page_OnAPhone_FitsTheWindow()
    {
        await Service.Create(Mixed);
        await Open(new() { ViewportSize = new() { Width = 360, Height = 780 }, HasTouch = true });

        await Expect(Row("Blue")).ToBeVisibleAsync();
        Assert.True(await FitsTheWindow());
    }

    [Fact]
    public async Task Theme_OfTheSystem_IsFollowedUntilTheUserChooses()
    {
        await Open(new() { ColorScheme = ColorScheme.Dark, ReducedMotion = ReducedMotion.Reduce });
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(Page.Locator("html")).ToHaveCSSAsync("background-color", "rgb(14, 16, 22)");

        await Press("Dark theme");
        await Page.ReloadAsync();

        await Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await Expect(Connection).ToHaveTextAsync("Live");
    }

    [Fact]
    public async Task Guide_Link_LeadsToTheGuide()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Guide" }).ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("What you see");
    }

    private Task<bool> FitsTheWindow() => Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth");
}
