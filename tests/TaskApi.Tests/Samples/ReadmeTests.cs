using TaskApi.AspNetCore.Http.Limits;
using TaskApi.Engine.Model;

namespace TaskApi.Tests.Samples;

/// <summary>README.md tells the truth.</summary>
public sealed class ReadmeTests(SampleService service) : IClassFixture<SampleService>
{
    private const string EndOfStep = "\u001e";

    private static readonly string _readme = RepositoryFile.Read("README.md");

    [Fact]
    public async Task Transcripts_TypedAgain_GiveWhatIsShown()
    {
        var steps = Transcript.Read(_readme);
        var commands = string.Concat(steps.Select(static step => $"{step.Command}\nprintf '{EndOfStep}'\n"));

        var printed = await SampleService.Type(commands.Replace("localhost:5080", service.Address.Authority, StringComparison.Ordinal));

        var outputs = printed.Replace("\r", "", StringComparison.Ordinal).Split(EndOfStep);
        Assert.Equal(steps.Count + 1, outputs.Length);
        foreach (var (step, output) in steps.Zip(outputs))
            Assert.Equal($"$ {step.Command}\n{Mask.Everything(step.Shown).Trim('\n')}", $"$ {step.Command}\n{Mask.Everything(output).Trim('\n')}");
    }

    [Fact]
    public void Calls_AreAllInTheTable()
    {
        Assert.All(service.Calls, static call => Assert.Contains($"| `{call.Method} {call.Path}` |", _readme, StringComparison.Ordinal));
    }

    // The table may say more of what an option is than --help does; both have the rest from the option itself.
    [Fact]
    public void Options_AreAllInATableWithUnitRangeAndDefault()
    {
        var rows = $"{_readme}\n{RepositoryFile.Read("docs/operations.md")}".Split('\n')
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(static line => line.Replace("`", "", StringComparison.Ordinal).Split('|', StringSplitOptions.TrimEntries)).Where(static cells => cells.Length == 7)
            .Select(static cells => (cells[1], cells[2], cells[3], cells[4])).ToList();
        var options = ServiceParts.Sections().SelectMany(static section => section.Settings).ToList();

        Assert.Contains("Tasks:MaxPending", options.Select(static option => option.Key));
        Assert.All(options, static option => Assert.NotEqual("", option.Text));
        Assert.Empty(options.Select(static option => (option.Key, option.Unit, option.Range, option.Default)).Except(rows));
    }

    [Fact]
    public void Limits_AreAllInTheTableOfOperations()
    {
        var operations = RepositoryFile.Read("docs/operations.md");

        Assert.All(typeof(LimitOptions).GetProperties(), option => Assert.Contains($"| `Limits:{option.Name}` |", operations, StringComparison.Ordinal));
        Assert.All(typeof(TaskOptions).GetProperties().Where(static option => option.Name.StartsWith("Max", StringComparison.Ordinal)), option => Assert.Contains($"| `Tasks:{option.Name}` |", operations, StringComparison.Ordinal));
    }
}
