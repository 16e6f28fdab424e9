namespace TaskApi.Tests.Samples;

/// <summary>A command of a transcript, and what the transcript shows that it prints.</summary>
internal sealed record Step(string Command, string Shown);

/// <summary>The transcripts in a Markdown file: its <c>console</c> blocks, with commands after <c>$</c> and their further lines after <c>&gt;</c>.</summary>
internal static class Transcript
{
    /// <summary>All steps of a file, in order.</summary>
    public static IReadOnlyList<Step> Read(string markdown)
    {
        var steps = new List<Step>();
        var isConsole = false;
        foreach (var line in markdown.Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                isConsole = line == "```console";
            else if (!isConsole)
                continue;
            else if (line.StartsWith("$ ", StringComparison.Ordinal))
                steps.Add(new Step(line[2..], ""));
            else if (line.StartsWith("> ", StringComparison.Ordinal) && steps[^1].Shown.Length == 0)
                steps[^1] = steps[^1] with { Command = $"{steps[^1].Command}\n{line[2..]}" };
            else
                steps[^1] = steps[^1] with { Shown = $"{steps[^1].Shown}{line}\n" };
        }

        return steps;
    }
}
