namespace TaskApi.Tests.Dashboard;

/// <summary>Swagger UI in a browser: the coroutine of the overview, with whoever reads it as its worker.</summary>
public sealed class SwaggerWorkTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    [Fact]
    public async Task Work_TriedOutUnedited_GoesFromItsCreationToItsResult()
    {
        await Page.GotoAsync("/swagger/index.html");

        var create = new SwaggerOperation(Page, "CreateTask");
        await create.Try();
        await create.Choose("A coroutine's work, tried up to three times");
        await create.Execute("202");
        await TryOut("AcquireWork", "\"attempt\": 1");
        await TryOut("SendHeartbeat", "\"drain\": false");
        await TryOut("FinishWork", "\"status\": \"completed\"");
        await TryOut("GetTaskResult", "\"width\": 320");
    }

    private async Task TryOut(string id, string answer)
    {
        var operation = new SwaggerOperation(Page, id);
        await operation.Try();
        await operation.Execute("200");
        await operation.ExpectAnswer(answer);
    }
}
