using System.Text.Json;
using TaskApi.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>The examples in which the page itself is the worker.</summary>
public sealed class WorkExampleTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    [Fact]
    public async Task Example_GroupWithAFailure_CancelsTheOthersAndFails()
    {
        await Page.Locator("#demo-group").ClickAsync();

        foreach (var line in (string[])["FAILED: Fetch page 2", "CANCELLED: Fetch page 1", "CANCELLED: Fetch page 3", "ExceptionGroup: "])
            await Expect(Answers.First).ToContainTextAsync(line);
        await ExpectStatus("TaskGroup", "failed");
        await ExpectStatus("Fetch page 1", "cancelled");
        await ExpectStatus("Fetch page 2", "failed");
        await ExpectStatus("Fetch page 3", "cancelled");
    }

    [Fact]
    public async Task Example_Retry_CompletesInTheFourthAttempt()
    {
        await Page.Locator("#demo-retry").ClickAsync();

        await Expect(Answers.First).ToContainTextAsync("FAILED: Download, attempt 3");
        await Expect(Answers.First).ToContainTextAsync("result → Download done");
        await ExpectStatus("Download", "completed");
        Assert.Equal(4, Assert.Single(await Service.List()).GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task Example_BoundedQueue_RunsTwoAtOnceAndLeavesNoBound()
    {
        await Page.Locator("#demo-queue").ClickAsync();

        await Expect(Answers.First).ToContainTextAsync("6 of 6 completed, never more than 2 at once");
        await Unbounded();
    }

    [Fact]
    public async Task Example_BoundedQueueWhoseTasksAreCancelled_EndsAndLeavesNoBound()
    {
        await Page.Locator("#demo-fast").UncheckAsync();
        await Page.Locator("#demo-queue").ClickAsync();
        await ExpectStatus("Report A", "running");
        Assert.Equal(2, (await Queue()).GetProperty("maxRunning").GetInt32());

        var group = (await Service.List())[0].Text("group");
        await Page.APIRequest.DeleteAsync($"tasks?group={group}");

        await Expect(Answers.First).ToContainTextAsync("0 of 6 completed");
        await Unbounded();
    }

    [Theory]
    [InlineData("demo-gather", "gather →")]
    [InlineData("demo-group", "ExceptionGroup: ")]
    [InlineData("demo-queue", "never more than 2 at once")]
    public async Task Answer_OfAnExample_IsInSightToItsLastLine(string example, string last)
    {
        await Page.Locator($"#{example}").ClickAsync();
        await Expect(Answers.First).ToContainTextAsync(last);

        await Expect(Answers.First.Locator(".answer-head")).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(Answers.First.Locator(".answer-lines li").Last).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    [Fact]
    public async Task Answer_FromWhichSomebodyScrollsAway_StaysWhereItIs()
    {
        await Page.Locator("#demo-gather").ClickAsync();
        await Expect(Answers.First).ToContainTextAsync("START: Hei hei");
        Assert.NotEqual(0, await Column());
        await Page.Locator(".side").EvaluateAsync("(column) => column.scrollTo({ top: 0 })");

        await Expect(Answers.First).ToContainTextAsync("gather →");
        Assert.Equal(0, await Column());

        Task<double> Column() => Page.Locator(".side").EvaluateAsync<double>("(column) => column.scrollTop");
    }

    [Fact]
    public async Task Answer_OnAPhone_ComesIntoSight()
    {
        await Page.SetViewportSizeAsync(390, 780);
        await Page.Locator("#demo-gather").ClickAsync();

        await Expect(Answers.First.Locator(".answer-head")).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    private async Task Unbounded()
    {
        // The answer comes before the last call of the example.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while ((await Queue()).TryGetProperty("maxRunning", out var bound) && bound.ValueKind is not JsonValueKind.Null)
            patience.Token.ThrowIfCancellationRequested();
    }

    private async Task<JsonElement> Queue()
    {
        var response = await Page.APIRequest.GetAsync($"queues/{(await Service.List())[0].Text("queue")}");
        return (await response.JsonAsync())!.Value;
    }
}
