using System.Net.Http.Json;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Samples;

/// <summary>docs/work.md tells the truth.</summary>
public sealed class WorkDocTests(SampleService service) : IClassFixture<SampleService>
{
    [Fact]
    public async Task FiveMinutes_PastedAgain_GiveWhatIsShown() =>
        await service.Paste(Transcript.Read(RepositoryFile.Read("docs/work.md").Split("## Five minutes\n")[1].Split("\n## ")[0], "bash"), SampleService.EndOfStep, SampleService.Type);

    [Fact]
    public async Task Future_PastedAgain_GivesWhatIsShown() =>
        await service.Paste(Transcript.Read(RepositoryFile.Read("docs/work.md").Split("## A future: somebody else's answer\n")[1].Split("\n## ")[0], "bash"), SampleService.EndOfStep, SampleService.Type);

    [Fact]
    public async Task Flow_PastedAgain_GivesWhatIsShown() =>
        await service.Paste(Transcript.Read(RepositoryFile.Read("docs/work.md").Split("## After others: flows\n")[1].Split("\n## ")[0], "bash"), SampleService.EndOfStep, SampleService.Type);

    [Fact]
    public async Task Worker_InTenLinesOfBash_RunsTasks()
    {
        using var client = new HttpClient { BaseAddress = service.Address };
        using var created = await client.PostAsJsonAsync("/tasks/batch", new[] { new { type = "sum", input = (object)new[] { 1, 2, 3.5 } }, new { type = "sum", input = (object)"no list" } }, TestContext.Current.CancellationToken);
        var tasks = JsonElement.Parse(await created.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Items("tasks");

        // Three rounds: one for each task, and one to tell of the last. None of them waits.
        var worker = Worker().Replace("\\\"waitSeconds\\\":20", "\\\"waitSeconds\\\":0", StringComparison.Ordinal);
        Assert.Equal("", await SampleService.Type($"set -- {service.Address.ToString().TrimEnd('/')} 3\n{worker}"));

        Assert.Equal("6.5", (await Look(client, tasks[0].Id())).GetProperty("result").GetRawText());
        Assert.Equal("TypeError", (await Look(client, tasks[1].Id())).GetProperty("error").Text("reason"));
    }

    private static string Worker() =>
        RepositoryFile.Read("docs/work.md").Split("<!-- The worker that WorkDocTests runs. -->\n```bash\n")[1].Split("```")[0];

    private static async Task<JsonElement> Look(HttpClient client, string id) =>
        JsonElement.Parse(await client.GetStringAsync(new Uri($"/tasks/{id}", UriKind.Relative), TestContext.Current.CancellationToken));
}
