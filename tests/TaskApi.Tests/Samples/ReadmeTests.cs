using TaskApi.AspNetCore.Http.Limits;
using TaskApi.Engine.Model;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Samples;

/// <summary>README.md tells the truth.</summary>
public sealed class ReadmeTests(SampleService service) : IClassFixture<SampleService>
{
    private static readonly string _readme = RepositoryFile.Read("README.md");

    [Fact]
    public async Task Bash_PastedAgain_GivesWhatIsShown() => await Paste("bash", SampleService.EndOfStep, SampleService.Type);

    [Fact]
    public async Task PowerShell_PastedAgain_GivesWhatIsShown() => await Paste("powershell", "Write-Host -NoNewline ([char]0x1e)", SampleService.TypeInPowerShell);

    [Fact]
    public void Blocks_OfCommands_CanBePastedAndHaveTheirOutputsApart()
    {
        var blocks = Transcript.Blocks(_readme);

        Assert.All(blocks, static block => Assert.Contains(block.Language, (string[])["sh", "bash", "powershell", "text", "json", "http"]));
        Assert.All(blocks.Where(static block => !block.IsOutput), static block => Assert.DoesNotMatch(@"(?m)^\s*(\$|>|PS[^>]*>)\s", block.Text));
        // Of commands that are pasted again: what is shown has been compared.
        Assert.All(blocks.Zip(blocks.Skip(1)).Where(static pair => pair.Second.IsOutput), static pair => Assert.Contains(pair.First.Language, (string[])["bash", "powershell"]));
        Assert.Equal("sh", blocks[0].Language);
    }

    [Fact]
    public void Calls_AreAllInTheirTable()
    {
        var page = RepositoryFile.Read("docs/calls.md");

        Assert.All(service.Calls, call => Assert.Contains($"| `{call.Method} {call.Path}` |", page, StringComparison.Ordinal));
    }

    // The table may say more of what an option is than --help does; both have the rest from the option itself.
    [Fact]
    public void Options_AreAllInTheTableOfOperationsWithUnitRangeAndDefault()
    {
        var rows = Rows(RepositoryFile.Read("docs/operations.md"));
        var options = ServiceParts.Sections().SelectMany(static section => section.Settings).ToList();

        Assert.Contains("Tasks:MaxPending", options.Select(static option => option.Key));
        Assert.All(options, static option => Assert.NotEqual("", option.Text));
        Assert.Empty(options.Select(static option => (option.Key, option.Unit, option.Range, option.Default)).Except(rows.Select(static row => (row.Key, row.Unit, row.Range, row.Default))));
    }

    [Fact]
    public void Options_ThatMatterMost_AreTenAndAreAsOperationsHasThem()
    {
        var rows = Rows(_readme.Replace("(docs/operations.md#", "(#", StringComparison.Ordinal));

        Assert.Equal(10, rows.Count);
        Assert.Empty(rows.Except(Rows(RepositoryFile.Read("docs/operations.md"))));
    }

    [Fact]
    public void Limits_AreAllInTheTableOfOperations()
    {
        var operations = RepositoryFile.Read("docs/operations.md");

        Assert.All(typeof(LimitOptions).GetProperties(), option => Assert.Contains($"| `Limits:{option.Name}` |", operations, StringComparison.Ordinal));
        Assert.All(typeof(TaskOptions).GetProperties().Where(static option => option.Name.StartsWith("Max", StringComparison.Ordinal)), option => Assert.Contains($"| `Tasks:{option.Name}` |", operations, StringComparison.Ordinal));
    }

    private static List<(string Key, string Unit, string Range, string Default, string Text)> Rows(string page) =>
    [
        .. page.Split('\n').Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(static line => line.Replace("`", "", StringComparison.Ordinal).Split('|', StringSplitOptions.TrimEntries)).Where(static cells => cells.Length == 7)
            .Select(static cells => (cells[1], cells[2], cells[3], cells[4], cells[5])),
    ];

    private async Task Paste(string language, string mark, Func<string, Task<string>> type)
    {
        var folder = TestFolder.Create();
        using var worker = SampleWorker.OfCommands(service, Transcript.Read(_readme, "sh").Select(static step => step.Commands).Single(static commands => commands.Contains("taskapi worker", StringComparison.Ordinal)), folder);
        var steps = Transcript.Read(_readme, language);

        Assert.True(steps.Count > 3, $"{steps.Count} steps in {language}");
        await service.Paste(steps, mark, type);
        folder.Delete(recursive: true);
    }
}
