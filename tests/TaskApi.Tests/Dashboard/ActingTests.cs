using TaskApi.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

public sealed class ActingTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    private const string Three = """
        [{"message":"Bonjour","delaySeconds":3,"group":"g"},{"message":"Bore da","delaySeconds":2,"group":"g"},{"message":"Hei hei","delaySeconds":2.5,"group":"g"}]
        """;

    private const string Long = """[{"message":"Long","delaySeconds":600,"group":"long"},{"message":"Longer","delaySeconds":900,"group":"long"}]""";

    [Fact]
    public async Task Cancel_WithAReason_KeepsTheReason()
    {
        var ids = await Service.Create(Long);
        await Row("Long").Locator(".what").ClickAsync();
        await Page.GetByLabel("Reason for cancelling").FillAsync("changed my mind");
        await Press("Cancel the task");

        await ExpectStatus("Long", "cancelled");
        await Expect(Page.Locator("#task-error")).ToContainTextAsync("changed my mind");
        await Expect(Page.Locator("#task-acts")).ToBeHiddenAsync();
        Assert.Equal("changed my mind", (await Service.Look(ids[0])).GetProperty("error").Text("detail"));
        await ExpectStatus("Longer", "pending");
    }

    [Fact]
    public async Task Cancel_AGroup_CancelsAllOfIt()
    {
        await Service.Create(Long);
        await Page.GetByLabel("Group", new() { Exact = true }).First.FillAsync("long");
        await Press("Cancel group");
        await Press("Cancel pending tasks");

        await ExpectStatus("Long", "cancelled");
        await ExpectStatus("Longer", "cancelled");
        await Expect(Answers.First).ToContainTextAsync("2 tasks cancelled");
    }

    [Fact]
    public async Task RunNow_PendingTask_CompletesAtOnce()
    {
        await Service.Create(Long);
        await Row("Long").Locator(".what").ClickAsync();
        await Press("Run now");

        await ExpectStatus("Long", "completed");
        await Expect(Page.Locator("#task-status")).ToHaveTextAsync("completed");
    }

    [Fact]
    public async Task RunAgain_FinishedTask_MakesANewOneOfIt()
    {
        var id = Assert.Single(await Service.Create("""[{"message":"Once more"}]"""));
        await ExpectStatus("Once more", "completed");
        await Row("Once more").Locator(".what").ClickAsync();
        await Press("Run again");

        await Expect(Page.Locator("#task-fields")).Not.ToContainTextAsync(id);
        await Press("Close");
        await Expect(Rows).ToHaveCountAsync(2);
        await Page.Locator("#grid").FocusAsync();
        await Page.Keyboard.PressAsync("r");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#count-created")).ToHaveTextAsync("3");
        Assert.All(await Service.List(), task => Assert.Equal("Once more", task.Text("message")));
    }

    [Fact]
    public async Task Cancel_SelectedTasks_AsksFirst()
    {
        await Service.Create(Long);
        await Select("Long");
        await Page.Locator("#cancel-selected").ClickAsync();
        await Press("Keep");
        await ExpectStatus("Long", "pending");
        await Page.Locator("#cancel-selected").ClickAsync();
        await Press("Cancel 1 task");

        await ExpectStatus("Long", "cancelled");
        await ExpectStatus("Longer", "pending");
    }

    [Fact]
    public async Task Reschedule_WithAnotherMessage_ShowsBoth()
    {
        var ids = await Service.Create(Long);
        await Row("Long").Locator(".what").ClickAsync();
        await Page.Locator("#reschedule [name=delaySeconds]").FillAsync("1200");
        await Page.Locator("#reschedule [name=message]").FillAsync("Later");
        await Press("Reschedule");

        await Expect(Row("Later")).ToBeVisibleAsync();
        Assert.Equal(1200, (await Service.Look(ids[0])).Number("delaySeconds"));
    }

    [Fact]
    public async Task Reschedule_Refused_SaysWhy()
    {
        ExpectsRefusals = true;
        await Service.Create(Long);
        await Row("Long").Locator(".what").ClickAsync();
        await Page.Locator("#reschedule [name=delaySeconds]").FillAsync("-1");
        await Press("Reschedule");

        await Expect(Page.Locator("#reschedule [data-error=delaySeconds]")).ToContainTextAsync("must be from 0");
    }

    [Fact]
    public async Task Gather_SelectedTasks_AnswersInTheOrderOfSelection()
    {
        await Service.Create(Three);
        foreach (var title in (string[])["Bonjour", "Bore da", "Hei hei"])
            await Select(title);
        await Expect(Page.Locator("#selection-count")).ToHaveTextAsync("3 tasks selected");
        await Press("Gather");

        await Expect(Answers.First.Locator(".answer-state")).ToHaveTextAsync("200");
        await Expect(Answers.First.Locator(".answer-lines li")).ToContainTextAsync(["Bonjour", "Bore da", "Hei hei"]);
    }

    [Fact]
    public async Task AsCompleted_SelectedTasks_ArriveInTheOrderInWhichTheyFinish()
    {
        await Service.Create(Three);
        foreach (var title in (string[])["Bonjour", "Bore da", "Hei hei"])
            await Select(title);
        await Press("As completed");

        await Expect(Answers.First.Locator(".answer-lines li")).ToContainTextAsync(["Bore da", "Hei hei", "Bonjour", "3 tasks finished"]);
    }

    [Fact]
    public async Task Gather_OneCancelled_SaysWhy()
    {
        ExpectsRefusals = true;
        await Service.Create(Long);
        await Select("Long");
        await Select("Longer");
        await Press("Gather");
        await Row("Longer").Locator(".what").ClickAsync();
        await Press("Cancel the task");
        await Press("Close");

        await Expect(Page.Locator("#answers li[data-state=bad]")).ToContainTextAsync("424");
    }

    [Fact]
    public async Task Example_Gather_EndsWithItsResults()
    {
        await Page.Locator("#demo-gather").ClickAsync();

        await Expect(Answers.First).ToContainTextAsync("END: Hei hei");
        await Expect(Answers.First).ToContainTextAsync("gather → ");
        await ExpectStatus("Hei hei", "completed");
    }

    [Fact]
    public async Task Example_Poll_EndsWithItsResult()
    {
        await Page.Locator("#demo-poll").ClickAsync();

        await Expect(Answers.First).ToContainTextAsync("Doing something useful");
        await Expect(Answers.First).ToContainTextAsync("result → ");
    }

    [Fact]
    public async Task Example_Cancel_AsksAndCancels()
    {
        await Page.Locator("#demo-cancel").ClickAsync();
        await Press("Yes, cancel it");

        await Expect(Answers.First).ToContainTextAsync("END: cancelled");
        await ExpectStatus("Bonjour", "cancelled");
    }
}
