using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>Every filter and every task has a URL, which back, forward and reload lead to.</summary>
public sealed class DeepLinkTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    private const string Mixed = """
        [{"message":"Red","delaySeconds":600,"group":"warm"},{"type":"resize","queue":"images"},{"message":"Blue","delaySeconds":0,"group":"cold"}]
        """;

    private ILocator Task => Page.Locator("#task");

    [Fact]
    public async Task Filters_AreInTheUrlAndComeBack()
    {
        await Service.Create(Mixed);
        await Page.Locator("#counters [data-status=pending]").ClickAsync();
        await Page.Locator("#group").FillAsync("warm");
        await Expect(Rows).ToHaveCountAsync(1);
        await Expect(Page).ToHaveURLAsync(new Uri(Service.Address, "#/tasks?status=pending&group=warm").ToString());

        await Page.ReloadAsync();
        await Expect(Rows.Locator(".title")).ToHaveTextAsync(["Red"]);
        await Expect(Page.Locator("#group")).ToHaveValueAsync("warm");
        await Page.GoBackAsync();
        await Expect(Rows).ToHaveCountAsync(3);
        await Expect(Page.Locator("#group")).ToHaveValueAsync("");
        await Page.GotoAsync("/#/tasks?queue=images");
        await Expect(Rows.Locator(".title")).ToHaveTextAsync(["resize"]);
        await Page.GetByText("More (1)").ClickAsync();
        await Expect(Page.Locator("#filters [name=queue]")).ToHaveValueAsync("images");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("#filters [name=queue]")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Time_IsChosenInThePagesZoneAndInTheUrl()
    {
        await Service.Create(Mixed);
        await Page.Locator("#zone").SelectOptionAsync("Asia/Tokyo");
        await Page.Locator("#created summary").ClickAsync();
        var created = Page.Locator("#filters [name=created]");
        await created.SelectOptionAsync("hour");
        await Expect(Page).ToHaveURLAsync(new Uri(Service.Address, "#/tasks?created=hour").ToString());
        await Expect(Rows).ToHaveCountAsync(3);
        await created.SelectOptionAsync("custom");
        await Page.Locator("#filters [name=createdBefore]").FillAsync("2020-01-01T09:30");

        await Expect(Rows).ToHaveCountAsync(0);
        await Expect(Page).ToHaveURLAsync(new Uri(Service.Address, "#/tasks?createdBefore=2020-01-01T00%3A30%3A00.000Z").ToString());
        await Page.ReloadAsync();
        await Expect(Page.Locator("#created summary")).ToHaveTextAsync("To 2020-01-01 09:30");
        await Expect(Rows).ToHaveCountAsync(0);
        await Page.Locator("#zone").SelectOptionAsync("UTC");
        await Expect(Page.Locator("#created summary")).ToHaveTextAsync("To 2020-01-01 00:30");
        await Press("Show all");
        await Expect(Rows).ToHaveCountAsync(3);
        await Page.Locator("#created summary").ClickAsync();
        await created.SelectOptionAsync("today");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("#created summary")).ToHaveTextAsync("Today");
        await Expect(Rows).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Sort_ByDue_HasTheSoonestFirst()
    {
        await Service.Create("""[{"message":"Second","delaySeconds":700},{"message":"Third","delaySeconds":800},{"message":"First","delaySeconds":600},{"message":"Done"}]""");
        await Page.Locator("#sort").SelectOptionAsync("due");

        await Expect(Page).ToHaveURLAsync(new Uri(Service.Address, "#/tasks?status=pending&sort=due").ToString());
        await Expect(Rows.Locator(".title")).ToHaveTextAsync(["First", "Second", "Third"]);
        await Expect(Page.Locator("#shown")).ToHaveTextAsync("3 pending, due soonest first");
        await Service.Create("""[{"message":"Between","delaySeconds":650}]""");
        await Expect(Rows.Locator(".title")).ToHaveTextAsync(["First", "Between", "Second", "Third"]);
        await Page.ReloadAsync();
        await Expect(Page.Locator("#sort")).ToHaveValueAsync("due");
        await Page.Locator("#search").FillAsync("i");
        await Expect(Page.Locator("#sort")).ToHaveValueAsync("");
        await Page.Locator("#counters [data-status='']").ClickAsync();
    }

    [Fact]
    public async Task Task_HasAUrl_ThatBackForwardAndReloadLeadTo()
    {
        var ids = await Service.Create(Mixed);
        await Row("Red").Locator(".what").ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Uri(Service.Address, $"#/tasks?task={ids[0]}").ToString());

        await Page.GoBackAsync();
        await Expect(Task).ToBeHiddenAsync();
        await Page.GoForwardAsync();
        await Expect(Page.Locator("#task-message")).ToHaveTextAsync("Red");
        await Page.ReloadAsync();
        await Expect(Page.Locator("#task-message")).ToHaveTextAsync("Red");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Task).ToBeHiddenAsync();
        await Expect(Rows).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Tree_OfATask_LeadsToThoseInIt()
    {
        var ids = await Service.Create("""
            [{"message":"First","name":"one","delaySeconds":600},{"type":"resize","after":["#0"]},{"type":"publish","after":["#1","#0"]}]
            """);
        await Page.GotoAsync($"/#/tasks?task={ids[2]}");
        var lines = Page.Locator("#task-tree .tree-line");

        await Expect(lines).ToHaveTextAsync(["waits for resize pending", "waits for message one pending", "waits for message one pending, shown above"]);
        await Page.Locator("#task-tree ul").GetByRole(AriaRole.Link, new() { Name = "message one" }).ClickAsync();
        await Expect(Page.Locator("#task-message")).ToHaveTextAsync("First");
        await Expect(Page.Locator("#task-tree-part")).ToBeHiddenAsync();
        await Page.GoBackAsync();
        await Expect(lines).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Task_ThatIsNotThere_IsSaidToBeGone()
    {
        ExpectsRefusals = true;
        await Page.GotoAsync("/#/tasks?task=019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61");

        await Expect(Page.Locator("#task-missing")).ToContainTextAsync("There is no such task");
        await Press("Close");
        await Expect(Task).ToBeHiddenAsync();
    }
}
