using System.Reflection;

namespace TaskApi.Storage.Schema;

/// <summary>
/// The tables of a database and their migrations: in the folder Schema of its project, a file for each version, which leads to it from the version
/// before. A file that has been released is never changed: what it has made is out there.
/// </summary>
internal static class SchemaScripts
{
    /// <summary>The statements of each version, the first of an empty database.</summary>
    /// <param name="database">The database's assembly.</param>
    public static string[][] Read(Assembly database)
    {
        var versions = new List<string[]>();
        while (database.GetManifestResourceStream($"Schema/{versions.Count + 1:000}.sql") is { } script)
        {
            using var reader = new StreamReader(script);
            versions.Add(Split(reader.ReadToEnd()));
        }

        return [.. versions];
    }

    /// <summary>
    /// The statements of a script. Each ends at the end of a line, with a semicolon; comments have lines of their own between them. What stands
    /// between two <c>$$</c>, as the body of a function does, has semicolons and comments of its own.
    /// </summary>
    /// <exception cref="InvalidDataException">The last one doesn't end.</exception>
    public static string[] Split(string script)
    {
        var (statements, lines) = (new List<string>(), new List<string>());
        var quotes = 0;
        foreach (var line in script.ReplaceLineEndings("\n").Split('\n'))
        {
            if (lines.Count == 0 && (line.Length == 0 || line.StartsWith("--", StringComparison.Ordinal))) continue;
            quotes += line.AsSpan().Count("$$");
            var ends = quotes % 2 == 0 && line.EndsWith(';');
            lines.Add(ends ? line.TrimEnd(';') : line);
            if (!ends) continue;
            statements.Add(string.Join('\n', lines));
            lines.Clear();
        }

        return lines.Count == 0 ? [.. statements] : throw new InvalidDataException($"A script ends within a statement: {lines[0]}");
    }
}
