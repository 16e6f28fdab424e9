namespace TaskApi.Tests.Samples;

/// <summary>docs/asyncio.md shows the scripts as they are.</summary>
public sealed class AsyncioDocTests
{
    private static readonly string _page = RepositoryFile.Read("docs/asyncio.md");

    public static TheoryData<string> Scripts =>
        [.. Directory.EnumerateFiles(RepositoryFile.PathOf("samples/curl"), "*-*.sh").Select(static path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_IsLinked(string script)
    {
        Assert.Contains($"[`{script}`](../samples/curl/{script})", _page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_IfShown_IsShownAsItIs(string script)
    {
        const string Prelude = "source \"$(dirname \"$0\")/prelude.sh\"\n";
        var text = RepositoryFile.Read($"samples/curl/{script}");
        var body = text[(text.IndexOf(Prelude, StringComparison.Ordinal) + Prelude.Length)..].Trim('\n');

        var isShown = _page.Contains($"[`{script}`](../samples/curl/{script}):\n", StringComparison.Ordinal);

        Assert.Equal(isShown, _page.Contains($"```bash\n{body}\n```", StringComparison.Ordinal));
        Assert.Equal(int.Parse(script[..2], System.Globalization.CultureInfo.InvariantCulture) <= 7, isShown);
    }

    [Fact]
    public void PythonPrograms_OfWhatSuchALoopIsFor_AreShownAsTheyAre()
    {
        var programs = Directory.EnumerateFiles(RepositoryFile.PathOf("samples/python"), "*.py").Select(File.ReadAllText).ToList();
        var section = _page[_page.IndexOf("## What such a loop is for\n", StringComparison.Ordinal)..];
        var shown = section.Split("```python\n").Skip(1).Select(static block => block[..block.IndexOf("```", StringComparison.Ordinal)]).ToList();

        Assert.NotEmpty(shown);
        Assert.All(shown, block => Assert.Contains(programs, program => program.Contains(block, StringComparison.Ordinal)));
    }
}
