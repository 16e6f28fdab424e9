namespace TaskApi.Tests.Samples;

/// <summary>docs/testing.md shows code that compiles, and passes.</summary>
public sealed class TestingDocTests
{
    [Fact]
    public void Examples_AreInThePageWordForWord()
    {
        var source = RepositoryFile.Read("tests/TaskApi.Tests/Samples/TestingExamples.cs");
        var examples = source[..source.IndexOf("\n    // END", StringComparison.Ordinal)].Split("    // EXAMPLE\n")[1..]
            .Select(static example => string.Join('\n', example.TrimEnd('\n').Split('\n').Select(static line => line.Length > 4 ? line[4..] : "")));
        var page = RepositoryFile.Read("docs/testing.md");

        Assert.Equal(6, examples.Count());
        Assert.All(examples, example => Assert.Contains($"```csharp\n{example}\n```", page, StringComparison.Ordinal));
    }
}
