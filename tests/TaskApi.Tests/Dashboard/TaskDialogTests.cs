using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>The task that is open, where nothing is kept that is done: what happens to it before it has been read, and when it can't be read any more.</summary>
public sealed class TaskDialogTests(ChromiumBrowser browser) : DashboardTests(browser, ("Tasks:Retention", "00:00:00"))
{
    [Fact]
    public async Task Task_ForgottenAsSoonAsItIsDone_IsShownAsItEnded()
    {
        ExpectsRefusals = true;
        var id = Assert.Single(await Service.Create("""[{"message":"Brief","delaySeconds":600}]"""));
        await Row("Brief").Locator(".what").ClickAsync();
        await Expect(Page.Locator("#task-status")).ToHaveTextAsync("pending");

        // What the page asks for once it has heard of the end comes to the service when nothing is left of the task.
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Page.RouteAsync($"**/tasks/{id}", async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });
        var reading = Page.WaitForRequestAsync($"**/tasks/{id}");
        await Page.APIRequest.DeleteAsync($"tasks/{id}");
        await reading;
        while ((await Page.APIRequest.GetAsync($"tasks/{id}")).Status != 404) await Page.WaitForTimeoutAsync(10);

        var refusal = await Page.RunAndWaitForResponseAsync(
            () =>
            {
                release.SetResult();
                return Task.CompletedTask;
            },
            response => response.Status == 404 && response.Url.EndsWith($"/tasks/{id}", StringComparison.Ordinal));
        await refusal.FinishedAsync();
        // What is asked for later is answered later.
        await Page.EvaluateAsync("() => fetch('tasks/stats').then((answer) => answer.text())");

        await Expect(Page.Locator("#task-status")).ToHaveTextAsync("cancelled");
        await Expect(Page.Locator("#task-message")).ToBeVisibleAsync();
        await Expect(Page.Locator("#task-missing")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task Task_ThatIsRescheduledBeforeItIsRead_IsShown()
    {
        var id = Assert.Single(await Service.Create("""[{"message":"Before","delaySeconds":600}]"""));
        await Page.Locator("#counters [data-status=failed]").ClickAsync();
        await Expect(Rows).ToHaveCountAsync(0);
        var release = await HoldAnswers($"**/tasks/{id}");
        await Page.EvaluateAsync("(id) => { location.hash = `${location.hash}&task=${id}`; }", id);
        await Expect(Page.Locator("#task-title")).ToHaveTextAsync("Task");
        await Expect(Page.Locator("#task-message")).ToBeHiddenAsync();

        await Page.APIRequest.PatchAsync($"tasks/{id}", new() { DataObject = new { message = "After" } });

        await Expect(Page.Locator("#task-message")).ToHaveTextAsync("After");
        await Expect(Page.Locator("#task-message")).ToBeVisibleAsync();
        await Page.RunAndWaitForResponseAsync(
            () =>
            {
                release.SetResult();
                return Task.CompletedTask;
            },
            response => response.Url.EndsWith($"/tasks/{id}", StringComparison.Ordinal));
    }
}
