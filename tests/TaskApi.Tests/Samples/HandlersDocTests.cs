using System.Text.RegularExpressions;

namespace TaskApi.Tests.Samples;

/// <summary>docs/handlers.md shows code of samples/embedded, whose own tests run it.</summary>
public sealed partial class HandlersDocTests
{
    private static readonly string[] _sources =
        ["Embedded/Program.cs", "Embedded/Report.cs", "Embedded/Primes.cs", "Embedded.Worker/Program.cs", "Embedded.Worker/ImageHandlers.cs", "Embedded.Tests/ReportTests.cs", "Embedded.Tests/ProgramTests.cs"];

    [Fact]
    public void Examples_AreInTheSampleWordForWord()
    {
        // The page leaves the shop out.
        var sources = string.Join('\n', _sources.SelectMany(static source => RepositoryFile.Read($"samples/embedded/{source}").Split('\n')).Where(static line => !line.Contains("Shop()", StringComparison.Ordinal)));
        var examples = Example().Matches(RepositoryFile.Read("docs/handlers.md")).Select(static match => match.Groups["code"].Value).ToList();

        Assert.Equal(7, examples.Count);
        Assert.All(examples, example => Assert.Contains(example, sources, StringComparison.Ordinal));
    }

    [GeneratedRegex("^```csharp\n(?<code>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Example();
}
