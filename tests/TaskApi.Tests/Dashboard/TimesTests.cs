using System.Globalization;
using TaskApi.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>Times are those of one zone, which is named and can be chosen; where it isn't today, with a date.</summary>
public sealed class TimesTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    [Fact]
    public async Task Zone_OfTheViewer_HoldsUntilAnotherIsChosen()
    {
        var id = Assert.Single(await Service.Create("""[{"message":"Here","delaySeconds":0}]"""));
        await Open(new() { TimezoneId = "Asia/Tokyo" });
        await ExpectStatus("Here", "completed");
        var finished = DateTimeOffset.Parse((await Service.Look(id)).Text("finishedAt")!, CultureInfo.InvariantCulture);

        await Expect(Page.Locator("#zone")).ToHaveValueAsync("Asia/Tokyo");
        await ExpectTime(finished.ToOffset(TimeSpan.FromHours(9)));
        await Page.Locator("#zone").SelectOptionAsync("Australia/Darwin");
        await ExpectTime(finished.ToOffset(new(9, 30, 0)));
        await Page.ReloadAsync();
        await ExpectTime(finished.ToOffset(new(9, 30, 0)));

        // The service's own time stands in the result alone, where that is said.
        await Expect(Row("Here").Locator(".note")).ToContainTextAsync(" ms late");
        await Row("Here").Locator(".what").ClickAsync();
        await Expect(Page.Locator("#task-fields")).ToContainTextAsync("Australia/Darwin; the result tells that of the service, UTC");
    }

    [Fact]
    public async Task Dates_WhereItIsNotToday_AreTold()
    {
        var ids = await Service.Create("""[{"message":"In three days","delaySeconds":259200},{"message":"Past","dueAt":"2020-01-01T10:00:00Z"}]""");
        await Page.Locator("#zone").SelectOptionAsync("UTC");

        await Expect(Row("In three days").Locator(".spoken").Last).ToContainTextAsync($"due {(await Service.Look(ids[0])).Text("dueAt")![..19].Replace('T', ' ')}");
        await Row("Past").Locator(".what").ClickAsync();
        await Expect(Page.Locator("#task-fields")).ToContainTextAsync("2020-01-01 10:00:00");
        await Expect(Page.Locator("#task-fields")).ToContainTextAsync(" ms late");
    }

    private Task ExpectTime(DateTimeOffset at) => Expect(Row("Here").Locator(".when")).ToContainTextAsync(at.ToString("HH:mm", CultureInfo.InvariantCulture));
}
