using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Samples;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

public sealed class CreatingTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    [Fact]
    public async Task Create_Task_IsSeenToComplete()
    {
        await Page.Locator("#create [name=message]").FillAsync("Bonjour");
        await Page.Locator("#create [name=delaySeconds]").FillAsync("3");
        await Press("Create");

        await ExpectStatus("Bonjour", "pending");
        await ExpectStatus("Bonjour", "completed");
        await Expect(Row("Bonjour").Locator(".note")).ToContainTextAsync(" late");
        await Expect(Page.Locator("#count-completed")).ToHaveTextAsync("1");
        await Expect(Answers.First).ToContainTextAsync("START: Bonjour");
    }

    [Fact]
    public async Task Create_Refused_SaysWhyBesideTheField()
    {
        ExpectsRefusals = true;
        await Page.Locator("#create [name=message]").FillAsync("");
        await Page.Locator("#create [name=group]").FillAsync("not a group");
        await Press("Create");

        await Expect(Page.Locator("#create [data-error=message]")).ToContainTextAsync("must have 1 to 4096");
        await Expect(Page.Locator("#create [data-error=group]")).Not.ToBeEmptyAsync();
        await Expect(Page.Locator("#create [name=message]")).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("B");
        await Expect(Page.Locator("#create [data-error]:not(:empty)")).ToHaveCountAsync(0);
        Assert.Empty(await Service.List());
    }

    [Fact]
    public async Task Create_Burst_IsShownAsAWholeWithFewElements()
    {
        await Page.Locator("#create [name=count]").FillAsync("1000");
        await Page.Locator("#create [name=spread]").FillAsync("3");
        await Page.Locator("#create [name=delaySeconds]").FillAsync("1");
        await Press("Create");

        await Expect(Page.Locator("#shown")).ToHaveTextAsync("1,000 tasks");
        await Expect(Page.Locator("#grid")).ToHaveAttributeAsync("aria-rowcount", "1001");
        Assert.InRange(await Rows.CountAsync(), 5, 50);
        await Page.GetByText("All", new() { Exact = true }).ClickAsync();
        await Expect(Page.Locator("#count-completed")).ToHaveTextAsync("1,000");
    }

    [Fact]
    public async Task Create_AgainBeforeTheAnswer_CreatesAnother()
    {
        var answers = await HoldAnswers("**/tasks");
        await Page.Locator("#create [name=delaySeconds]").FillAsync("600");

        await Page.Keyboard.PressAsync("Enter");
        await Expect(Rows).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Rows).ToHaveCountAsync(2);
        answers.SetResult();
        await Expect(Answers).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Create_ABurstAgainBeforeTheAnswer_IsSentOnce()
    {
        var answers = await HoldAnswers("**/tasks/batch");
        await Page.Locator("#create [name=delaySeconds]").FillAsync("600");
        await Page.Locator("#create [name=count]").FillAsync("3");

        await Page.Keyboard.PressAsync("Enter");
        await Expect(Rows).ToHaveCountAsync(3);
        await Page.Keyboard.PressAsync("Enter");
        answers.SetResult();

        await Expect(Answers).ToHaveCountAsync(1);
        await Expect(Page.Locator("#create [type=submit]")).Not.ToHaveAttributeAsync("aria-disabled", "true");
        Assert.Equal(3, (await Service.List()).Count);
    }

    [Fact]
    public async Task CopyAsCurl_RunInATerminal_CreatesTheSameTask()
    {
        await Page.Locator("#create [name=message]").FillAsync("It's \"quoted\" $HOME `x` \\ \n two lines");
        await Page.Locator("#create [name=group]").FillAsync("copied");
        await Page.Locator("#create [data-copy]").ClickAsync();
        await Expect(Page.Locator("#create [data-copy]")).ToHaveTextAsync("Copied");
        var line = await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");

        await SampleService.Type(line);

        var task = Assert.Single(await Service.List());
        Assert.Equal("It's \"quoted\" $HOME `x` \\ \n two lines", task.Text("message"));
        Assert.Equal("copied", task.Text("group"));
        Assert.Equal(10, task.Number("delaySeconds"));
    }

    [Fact]
    public async Task CopyAsCurl_OfABurst_CreatesAsMany()
    {
        await Page.Locator("#create [name=count]").FillAsync("20");
        await Page.Locator("#create [name=spread]").FillAsync("10");
        await Page.Locator("#create [data-copy]").ClickAsync();
        await Expect(Page.Locator("#create [data-copy]")).ToHaveTextAsync("Copied");

        await SampleService.Type(await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));

        var tasks = await Service.List();
        Assert.Equal(20, tasks.Count);
        Assert.Equal(19.5, tasks[^1].Number("delaySeconds"));
    }
}
