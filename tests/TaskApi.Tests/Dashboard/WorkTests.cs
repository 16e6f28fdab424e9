using System.Net.Http.Json;
using System.Text.Json;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>Tasks with work on the page.</summary>
public sealed class WorkTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    [Fact]
    public async Task Work_FromItsCreationToItsResult_IsShown()
    {
        await Service.Create("""[{"type":"resize","input":{"width":200}},{"message":"Beside it","delaySeconds":600}]""");
        await ExpectStatus("resize", "pending");

        var acquired = await Post("work/acquire", """{"worker":"here","queues":["resize"]}""");
        await ExpectStatus("resize", "running");
        await Expect(Row("resize").Locator(".when")).ToHaveTextAsync("at work");
        await Page.Locator("#search").FillAsync("RESI");
        await Expect(Rows).ToHaveCountAsync(1);

        var token = acquired.GetProperty("tasks")[0].GetProperty("lease").GetProperty("token").GetString();
        await Post("work/finish", $$$"""{"outcomes":[{"token":"{{{token}}}","result":{"bytes":12}}]}""");

        await ExpectStatus("resize", "completed");
        await Expect(Row("resize").Locator(".note")).ToHaveTextAsync("""{"bytes":12}""");
    }

    private async Task<JsonElement> Post(string path, string json)
    {
        using var client = new HttpClient { BaseAddress = Service.Address };
        using var content = new StringContent(json, null, "application/json");
        using var reply = await client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await reply.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }
}
