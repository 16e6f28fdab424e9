using System.Text.RegularExpressions;

namespace TaskApi.Tests.Samples;

/// <summary>Commands that are pasted into a terminal together, and what a page shows that they print.</summary>
internal sealed record Step(string Commands, string Shown);

/// <summary>A block of code in a Markdown file.</summary>
internal sealed record CodeBlock(string Language, string Text)
{
    /// <summary>True if it shows what commands print, rather than commands.</summary>
    public bool IsOutput => Language is "text" or "json" or "http";
}

/// <summary>
/// What a Markdown file has its readers paste: blocks of a shell's language, each followed by a block of what it prints, if it prints anything.
/// Blocks of <c>sh</c> are left out: they start what the others need.
/// </summary>
internal static partial class Transcript
{
    /// <summary>All steps of a file in a language, in order.</summary>
    public static IReadOnlyList<Step> Read(string markdown, string language)
    {
        var blocks = Blocks(markdown);
        return [.. blocks.Index().Where(block => block.Item.Language == language).Select(block => new Step(block.Item.Text, blocks.ElementAtOrDefault(block.Index + 1) is { IsOutput: true } next ? next.Text : ""))];
    }

    /// <summary>All blocks of a file, in order.</summary>
    public static IReadOnlyList<CodeBlock> Blocks(string markdown) =>
        [.. Block().Matches(markdown).Select(static match => new CodeBlock(match.Groups["language"].Value, match.Groups["text"].Value))];

    [GeneratedRegex(@"^```(?<language>[a-z]*)\n(?<text>.*?)^```$", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Block();
}
