using TaskApi.AspNetCore.Http.Limits;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;

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

    [Fact]
    public void Options_AreAllInTheTable()
    {
        var options =
            from assembly in new[] { typeof(TaskOptions).Assembly, typeof(SqlTaskRegistry).Assembly, typeof(LimitOptions).Assembly }
            from type in assembly.GetTypes()
            where type.Namespace?.StartsWith("TaskApi", StringComparison.Ordinal) is true && type.Name.EndsWith("Options", StringComparison.Ordinal)
            from property in type.GetProperties()
            select property.Name;

        Assert.Contains("MaxPending", options);
        Assert.All(options, static option => Assert.Contains($":{option}` |", _readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Limits_AreAllInTheTableOfOperations()
    {
        var operations = RepositoryFile.Read("docs/operations.md");

        Assert.All(typeof(LimitOptions).GetProperties(), option => Assert.Contains($"| `Limits:{option.Name}` |", operations, StringComparison.Ordinal));
        Assert.All(typeof(TaskOptions).GetProperties().Where(static option => option.Name.StartsWith("Max", StringComparison.Ordinal)), option => Assert.Contains($"| `Tasks:{option.Name}` |", operations, StringComparison.Ordinal));
    }
}
